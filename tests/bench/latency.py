"""Delay at 100 touchpoints/s: from a connector's publishing to a browser's event."""

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field
from itertools import islice

import httpx

from events import codec
from hub.adapters.kafka.publisher import KafkaPublisher, start_producer
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.runtime.clock import SystemClock
from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.road import ROLES
from tests.bench.traffic import Message, Traffic

RATE = 100
WARM_SECONDS = 15


@dataclass(slots=True)
class Delays:
    """Messages on their way by what will be announced of them, and those arrived.

    A message has arrived when both its interaction (board) and its touchpoint
    (timeline) were announced; later signals of a call announce the interaction only.
    """

    under_way: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)
    found: list[tuple[float, float]] = field(default_factory=list)

    def expect(self, number: int, message: Message, at: float) -> None:
        """A message is being published."""
        names = [message.interaction.hex]
        if message.opens or message.channel != "phone":
            names.append(message.touchpoint.hex)
        self.missing[number] = len(names)
        for name in names:
            self.under_way.setdefault(name, []).append((number, at))

    def announced(self, names: list[str]) -> None:
        """A change was announced to the browser."""
        now = time.monotonic()
        for name in names:
            for number, at in self.under_way.pop(name, []):
                self.missing[number] -= 1
                if not self.missing[number]:
                    self.found.append((at, now - at))

    def lost(self, since: float) -> int:
        """How many messages published since then have not arrived."""
        waiting = (entry for entries in self.under_way.values() for entry in entries)
        return len({number for number, at in waiting if at > since})


def measure(results: Results, *, quick: bool) -> None:
    """p50 and p99 over 20 s (quick) or 60 s."""
    seconds = 20 if quick else 60
    with place() as here:
        here.start(*ROLES, TOUCHLINE_OUTBOUND__UNCLAIMED_SECONDS="3600")
        delays, lost = asyncio.run(_run(here, seconds))
    cuts = statistics.quantiles(delays, n=100, method="inclusive")
    results.add("road_p50_ms", cuts[49] * 1000, "ms")
    results.add("road_p95_ms", cuts[94] * 1000, "ms")
    results.add("road_p99_ms", cuts[98] * 1000, "ms")
    results.add("road_latency_lost", lost, "touchpoints")


async def _run(here: Place, seconds: int) -> tuple[list[float], int]:
    async with PostgresAccounts.opened(here.dsn, SystemClock()) as accounts:
        key = await accounts.issue_key("bench", ["supervisor"])
    delays, began = Delays(), time.monotonic()
    listening = asyncio.create_task(_listen(here, key, delays))
    try:
        await _publish(here, delays, WARM_SECONDS + seconds)
        await asyncio.sleep(2)
    finally:
        listening.cancel()
    warm = began + WARM_SECONDS
    return [d for at, d in delays.found if at > warm], delays.lost(warm)


async def _publish(here: Place, delays: Delays, seconds: int) -> None:
    producer = await start_producer(here.kafka, idempotent=True)
    publisher = KafkaPublisher(producer, here.settings.partitions)
    try:
        async with asyncio.TaskGroup() as group:
            due = time.monotonic()
            for number, message in enumerate(islice(Traffic(4), RATE * seconds)):
                due += 1 / RATE
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                touchpoint = codec.decode_wire(message.value)
                delays.expect(number, message, time.monotonic())
                group.create_task(publisher.publish(touchpoint))
    finally:
        await producer.stop()


async def _listen(here: Place, key: str, delays: Delays) -> None:
    """A browser on the live board; it comes back until the web role is there."""
    url = f"http://127.0.0.1:{here.settings.web.port}/live?topics=board"
    headers = {"Authorization": f"Bearer {key}"}
    while True:
        try:
            async with (
                httpx.AsyncClient(trust_env=False, timeout=None) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                response.raise_for_status()
                await _read(response, delays)
        except httpx.TransportError:
            await asyncio.sleep(0.2)


async def _read(response: httpx.Response, delays: Delays) -> None:
    async for line in response.aiter_lines():
        name, _, data = line.partition(":")
        if name == "data" and data.strip():
            said = json.loads(data)
            delays.announced(
                [*said.get("interaction", []), *said.get("touchpoint", [])]
            )
