"""Delay at 100/s: from a connector's publishing to the event at a live view."""

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field

import httpx

from events.catalog import touchpoints_topic
from hub.adapters.kafka.publisher import start_producer
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.runtime.clock import SystemClock
from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.tape import Message, played, record

RATE = 100
WARM_UP_SECONDS = 10
ROLES = ("intake", "relay", "streams", "workflows", "web")
ARRIVAL_SECONDS = 30


@dataclass(slots=True)
class Watch:
    """When messages were published, and when the view told of them."""

    published: dict[str, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    snapshots: int = 0

    def heard(self, names: list[str]) -> None:
        """The view named touchpoints."""
        now = time.monotonic()
        for name in names:
            at = self.published.pop(name, None)
            if at is not None:
                self.delays.append(now - at)


def measure(results: Results, *, quick: bool) -> None:
    """Percentiles of the delay."""
    seconds = 30 if quick else 120
    with place() as here:
        tape = record(here.folder / "tape", 4, RATE * (seconds + WARM_UP_SECONDS))
        here.start(*ROLES)
        watch = asyncio.run(_watched(here, list(played(tape.file))))
    late = sorted(1000 * delay for delay in watch.delays)
    results.add("road_p50_ms", statistics.median(late), "ms")
    results.add("road_p99_ms", late[int(len(late) * 0.99)], "ms")
    results.add("road_max_ms", late[-1], "ms")
    results.add("road_unseen", len(watch.published), "touchpoints")


async def _watched(here: Place, messages: list[Message]) -> Watch:
    async with PostgresAccounts.opened(here.dsn, SystemClock()) as accounts:
        key = await accounts.issue_key("bench", ["supervisor"])
    url = f"http://127.0.0.1:{here.settings.web.port}"
    async with httpx.AsyncClient(base_url=url, timeout=None) as client:
        await _answering(client)
        watch = Watch()
        listening = asyncio.create_task(_listen(client, key, watch))
        first = RATE * WARM_UP_SECONDS
        await _publish(here, messages[:first], watch)
        watch.delays.clear()
        watch.published.clear()
        await _publish(here, messages[first:], watch)
        await _all_heard(watch)
        listening.cancel()
    return watch


async def _answering(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                if (await client.get("/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def _listen(client: httpx.AsyncClient, key: str, watch: Watch) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    async with client.stream("GET", "/live?topics=board", headers=headers) as stream:
        stream.raise_for_status()
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                changed = json.loads(line.removeprefix("data:").strip() or "{}")
                watch.heard(changed.get("touchpoint", []))


async def _publish(here: Place, messages: list[Message], watch: Watch) -> None:
    """At the rate, each at its time; only what the timeline shows as its own."""
    producer = await start_producer(here.kafka, idempotent=True)
    began = time.monotonic()
    try:
        for number, message in enumerate(messages):
            await asyncio.sleep(began + number / RATE - time.monotonic())
            if message.channel != "phone":
                watch.published[message.touchpoint.hex] = time.monotonic()
            await producer.send(
                touchpoints_topic(message.channel),
                message.value,
                partition=message.partition,
            )
    finally:
        await producer.stop()


async def _all_heard(watch: Watch) -> None:
    end = time.monotonic() + ARRIVAL_SECONDS
    while watch.published and time.monotonic() < end:
        await asyncio.sleep(0.1)
