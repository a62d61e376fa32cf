"""An agent who works through the JSON API, and tries again when it does not answer."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.acceptance.road import Road

NAME = "anna"
PAUSE_SECONDS = 0.5


@dataclass
class Agent:
    """Answers everybody in `wanted`, once; `replies` is what was accepted."""

    road: Road
    wanted: set[str]
    key: str
    replies: dict[str, str] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Look for work until `go_home` is called."""
        while not self._done.wait(PAUSE_SECONDS):
            try:
                self._round()
            except httpx.HTTPError:
                continue

    def go_home(self) -> None:
        self._done.set()

    def _round(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(
            base_url=f"{self.road.url('web')}/api/v1",
            headers=headers,
            timeout=20,
            trust_env=False,
        ) as client:
            for item in list(_open_work(client)):
                if item["sender"] in self.wanted:
                    self._answer(client, item["interaction_id"])

    def _answer(self, client: httpx.Client, interaction: str) -> None:
        if interaction in self.replies:
            return
        text = f"an answer in {interaction}"
        request = uuid.uuid5(uuid.UUID(interaction), "reply")
        path = f"/interactions/{interaction}"
        client.post(f"{path}/take").raise_for_status()
        body = {"text": text, "request": str(request)}
        client.post(f"{path}/reply", json=body).raise_for_status()
        self.replies[interaction] = text


def _open_work(client: httpx.Client) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        answer = client.get("/queues/general/work", params={"cursor": cursor})
        page = answer.raise_for_status().json()
        yield from page["items"]
        cursor = page["next"]
        if not cursor:
            return
