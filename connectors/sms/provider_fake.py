"""A paid SMS provider to try things out with: real HTTP, no messages.

It takes messages, signs its webhooks as the original does, and reports deliveries. It
can be told to fail and to fall silent. Nothing in it is durable.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

import httpx
import orjson
from pydantic import BaseModel, Field, SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sdk.http import HttpProblem, HttpServer, error_response
from connectors.sdk.ports import Clock
from connectors.sdk.signatures import HEADER, sign

__all__ = ["FakeConfig", "Message", "ProviderFake"]

LONGEST: Final = 1600

Trouble = Literal["silent", "cut"]


@dataclass(frozen=True, slots=True)
class FakeConfig:
    """How the fake behaves.

    Attributes:
        token: the bearer token that it wants.
        secret: what it signs webhooks with.
        webhooks: base URL of the connector that it calls, or empty for none.
        idempotent: one message per reference, however often it is asked.
        report: reports every message as sent and delivered by itself.
    """

    token: SecretStr
    secret: SecretStr
    webhooks: str = ""
    idempotent: bool = True
    report: bool = False


class Message(BaseModel):
    """A message as the connector posts it."""

    reference: str = Field(min_length=1)
    sender: str = Field(alias="from", min_length=1)
    to: str = Field(pattern=r"^\+[0-9]{6,15}$")
    text: str = Field(min_length=1, max_length=LONGEST)


class ProviderFake:
    """`messages` holds what would have been sent to phones, in order.

    `statuses` answers the next requests with these HTTP statuses; `trouble` takes the
    next message and then falls silent (until `awake`) or cuts the connection's answer
    off: for the asker, both leave open whether it was sent.
    """

    def __init__(self, config: FakeConfig, clock: Clock) -> None:
        self.messages: list[Message] = []
        self.statuses: list[int] = []
        self.trouble: Trouble | None = None
        self.awake = asyncio.Event()
        self._config, self._clock = config, clock
        self._reports: set[asyncio.Task[None]] = set()
        self.app = Starlette(routes=[Route("/messages", self._post, methods=["POST"])])

    async def run(
        self, stop: asyncio.Event, host: str = "127.0.0.1", port: int = 8092
    ) -> None:
        """Serve until `stop`."""
        async with self.serving(host, port):
            await stop.wait()

    @contextlib.asynccontextmanager
    async def serving(
        self, host: str = "127.0.0.1", port: int = 0
    ) -> AsyncIterator[str]:
        """Serve inside the block; gives the URL that messages are posted to."""
        server, stop = HttpServer(self.app, host, port), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(server.run(stop))
            await server.ready.wait()
            try:
                yield f"{server.url}/messages"
            finally:
                self.awake.set()
                stop.set()

    async def text_from(self, sender: str, to: str, text: str, own_id: str) -> int:
        """A customer sends a text; returns the connector's HTTP status."""
        message = {"id": own_id, "from": sender, "to": to, "text": text}
        return await self._call("/sms/inbound", message)

    async def report(self, reference: str, status: str, detail: str = "") -> int:
        """Tell what became of a message; returns the connector's HTTP status."""
        report = {"reference": reference, "status": status, "detail": detail}
        return await self._call("/sms/reports", report)

    async def reported(self) -> None:
        """Return when every report under way has been made."""
        await asyncio.gather(*self._reports)

    async def _call(self, path: str, payload: dict[str, str]) -> int:
        now = self._clock.now()
        body = orjson.dumps(payload | {"at": now.isoformat()})
        secret = self._config.secret.get_secret_value()
        headers = {
            "Content-Type": "application/json",
            HEADER: sign(body, secret, int(now.timestamp())),
        }
        async with httpx.AsyncClient(base_url=self._config.webhooks) as client:
            return (await client.post(path, content=body, headers=headers)).status_code

    async def _post(self, request: Request) -> Response:
        if self.statuses:
            problem = HttpProblem(self.statuses.pop(0), "told_to_fail", "As you wish.")
            return error_response(problem)
        if request.headers.get("authorization") != self._expected():
            message = "Send the token as Authorization: Bearer."
            return error_response(HttpProblem(401, "unauthorized", message))
        try:
            message_in = Message.model_validate_json(await request.body())
        except ValidationError:
            message = "Send reference, from, to in E.164 and text."
            return error_response(HttpProblem(422, "invalid_message", message))
        return await self._answer(message_in)

    def _expected(self) -> str:
        return f"Bearer {self._config.token.get_secret_value()}"

    async def _answer(self, message: Message) -> Response:
        number = self._keep(message)
        trouble, self.trouble = self.trouble, None
        if trouble == "silent":
            await self.awake.wait()
        if trouble == "cut":
            return Response(b"{", 202, headers={"Content-Length": "100"})
        return JSONResponse({"id": f"fake-{number}"}, status_code=202)

    def _keep(self, message: Message) -> int:
        known = [kept.reference for kept in self.messages]
        if self._config.idempotent and message.reference in known:
            return known.index(message.reference) + 1
        self.messages.append(message)
        if self._config.report and self._config.webhooks:
            task = asyncio.create_task(self._report_all(message.reference))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)
        return len(self.messages)

    async def _report_all(self, reference: str) -> None:
        # The connector may be down: a report that is lost is a fact of life.
        with contextlib.suppress(httpx.HTTPError):
            await self.report(reference, "sent")
            await self.report(reference, "delivered")
