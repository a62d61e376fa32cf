"""Delay at 100 touchpoints/s to a browser's event, from publishing and from accepting.

A connector publishes what it has received, and says 202 or 250 as soon as Kafka has
acknowledged it: from then on it is accepted.
"""

import asyncio
import json
import statistics
import time
from dataclasses import dataclass, field
from itertools import islice

import httpx

from events import codec
from hub.adapters.kafka.publisher import KafkaPublisher, start_producer
from tests.accounts import api_key
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

    under_way: dict[str, list[int]] = field(default_factory=dict)
    missing: dict[int, int] = field(default_factory=dict)
    published: dict[int, float] = field(default_factory=dict)
    accepted: dict[int, float] = field(default_factory=dict)
    arrived: dict[int, float] = field(default_factory=dict)

    def expect(self, number: int, message: Message, at: float) -> None:
        """A message is being published."""
        names = [message.interaction.hex]
        if message.opens or message.channel != "phone":
            names.append(message.touchpoint.hex)
        self.missing[number], self.published[number] = len(names), at
        for name in names:
            self.under_way.setdefault(name, []).append(number)

    def announced(self, names: list[str]) -> None:
        """A change was announced to the browser."""
        now = time.monotonic()
        for name in names:
            for number in self.under_way.pop(name, []):
                self.missing[number] -= 1
                if not self.missing[number]:
                    self.arrived[number] = now

    def after(self, began: dict[int, float], since: float) -> list[float]:
        """From `began` to arrival (s), of what was published since then and arrived."""
        numbers = (n for n in self.arrived if self.published[n] > since)
        return [self.arrived[n] - began[n] for n in numbers]

    def lost(self, since: float) -> int:
        """How many messages published since then have not arrived."""
        return sum(
            n not in self.arrived for n, at in self.published.items() if at > since
        )


def measure(results: Results, *, quick: bool) -> None:
    """p50 and p99 over 20 s (quick) or 60 s."""
    seconds = 20 if quick else 60
    with place() as here:
        here.start(*ROLES, TOUCHLINE_OUTBOUND__UNCLAIMED_SECONDS="3600")
        delays, warm = asyncio.run(
            _run(here, api_key(here.dsn, "bench", "supervisor"), seconds)
        )
    cuts = _cuts(delays.after(delays.published, warm))
    results.add("road_p50_ms", cuts[49], "ms")
    results.add("road_p95_ms", cuts[94], "ms")
    results.add("road_p99_ms", cuts[98], "ms")
    cuts = _cuts(delays.after(delays.accepted, warm))
    results.add("accepted_p50_ms", cuts[49], "ms")
    results.add("accepted_p99_ms", cuts[98], "ms")
    results.add("road_latency_lost", delays.lost(warm), "touchpoints")


def _cuts(seconds: list[float]) -> list[float]:
    """The 99 cuts between a hundred equal parts (ms)."""
    return statistics.quantiles(
        [second * 1000 for second in seconds], n=100, method="inclusive"
    )


async def _run(here: Place, key: str, seconds: int) -> tuple[Delays, float]:
    delays, began = Delays(), time.monotonic()
    listening = asyncio.create_task(_listen(here, key, delays))
    try:
        await _publish(here, delays, WARM_SECONDS + seconds)
        await asyncio.sleep(2)
    finally:
        listening.cancel()
    return delays, began + WARM_SECONDS


async def _publish(here: Place, delays: Delays, seconds: int) -> None:
    producer = await start_producer(here.kafka, idempotent=True)
    publisher = KafkaPublisher(producer, here.settings.partitions)
    try:
        async with asyncio.TaskGroup() as group:
            due = time.monotonic()
            for number, message in enumerate(islice(Traffic(4), RATE * seconds)):
                due += 1 / RATE
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                delays.expect(number, message, time.monotonic())
                group.create_task(_accept(publisher, delays, number, message))
    finally:
        await producer.stop()


async def _accept(
    publisher: KafkaPublisher, delays: Delays, number: int, message: Message
) -> None:
    await publisher.publish(codec.decode_wire(message.value))
    delays.accepted[number] = time.monotonic()


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
