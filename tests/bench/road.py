"""The whole road under a load that it can bear: rate, lag, CPU and memory."""

import asyncio
import statistics
import time
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition

from events.catalog import outbound_topic
from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.tape import record
from tests.bench.usage import report, spent
from tests.bench.watch import Load, visible

ROLES = ("intake", "relay", "streams", "workflows", "web")
FIRST_RATE, GROWTH, STEP_DOWN, TRIES = 700.0, 1.2, 0.96, 8
BLOCKS = 30
"""Parts of a hold whose mean delays are fitted."""
_ACTIVATIONS = "SELECT count(*) FROM touchline_workflows.activations"
TOO_LATE = 4.0
"""A delay from which on a step of the ramp counts as too fast (s)."""


def measure(results: Results, *, quick: bool, rate: float | None = None) -> None:
    """Search the highest rate whose lag does not grow, and hold it.

    With a `rate` nothing is searched: it is held, whatever the lag does.
    """
    hold, step = (40.0, 6.0) if quick else (300.0, 10.0)
    with place() as here:
        tape = record(here.folder / "tape", 4, 160_000 if quick else 1_500_000)
        here.start(*ROLES, TOUCHLINE_OUTBOUND__UNCLAIMED_SECONDS="3600")
        with Load(here, tape.file) as load:
            _workflows_listen(here)
            _warm_up(load)
            if rate is None:
                _search(results, load, _ramp(load, step), hold)
            else:
                _hold(results, load, rate, hold)
            _settle(results, here, load)


def _search(results: Results, load: Load, rate: float, hold: float) -> None:
    """Step down from a rate until one is borne: for a while, then all the time."""
    for _ in range(TRIES):
        if _hold(results, load, rate, hold / 5) and _hold(results, load, rate, hold):
            return
        load.drain(120)
        rate *= STEP_DOWN
    reason = f"the delay grew at each rate that was tried, {rate:.0f}/s the last"
    raise RuntimeError(reason)


def _workflows_listen(here: Place) -> None:
    """A workflow acknowledges what comes after its activation, and nothing before."""
    with here.connect() as connection:
        while not _number(connection, _ACTIVATIONS):
            time.sleep(0.1)


def _warm_up(load: Load) -> None:
    """Until the first message has gone all the way, and caches are warm."""
    load.say("rate", 200)
    began = time.time()
    while not load.delays:
        load.watch(0.2)
        if time.time() - began > 60:
            raise RuntimeError("nothing arrives: see the roles' logs")
    load.watch(8.0)


def _ramp(load: Load, step: float) -> float:
    """A rate between the last of a growing series that was borne and the next one."""
    rate = FIRST_RATE
    while True:
        load.say("rate", rate)
        delays = load.watch(step)
        late = [delay for _, delay in delays[-10:]] or [TOO_LATE]
        if statistics.median(late) >= TOO_LATE or len(load.waiting) > 10 * TOO_LATE:
            break
        rate *= GROWTH
    load.drain(120)
    return rate / float(GROWTH**0.7)


def _hold(results: Results, load: Load, rate: float, seconds: float) -> bool:
    """Hold a rate; whether the delay did not grow. Keeps the figures."""
    load.say("rate", rate)
    load.watch(5.0)
    with load.place.connect() as connection:
        before, cpu = visible(connection), load.usage()
        began = time.time()
        sent = load.sent
        delays = load.watch(seconds)
        ended = time.time()
        after, used = visible(connection), load.usage()
    slope, error = _slope([d for d in delays if d[0] <= ended], seconds / BLOCKS)
    seen = after - before
    results.add("road_rate", seen / (ended - began), "touchpoints/s")
    results.add(
        "road_offered_rate", (load.sent - sent) / (ended - began), "touchpoints/s"
    )
    results.add("lag_slope", slope * 1000, "ms/s")
    results.add("lag_slope_error", error * 1000, "ms/s")
    results.add("road_delay_median_ms", _median(delays), "ms")
    report(results, "road", spent(cpu, used), seen)
    for name, usage in used.items():
        results.add(f"rss_{name.split()[0]}_mb", usage.rss, "MiB")
    roles = [used[name].rss for name in ROLES]
    results.add("rss_mb", sum(roles), "MiB")
    return slope <= 2 * error


def _median(delays: list[tuple[float, float]]) -> float:
    return 1000 * statistics.median([delay for _, delay in delays] or [float("nan")])


def _slope(points: list[tuple[float, float]], block: float) -> tuple[float, float]:
    """Least squares: growth of the delay per second, and its standard error.

    Means over blocks of seconds are fitted: the delays of neighbouring probes hang
    together, and an error from single ones would be far too small.
    """
    blocks: dict[int, list[float]] = {}
    for at, delay in points:
        blocks.setdefault(int(at / block), []).append(delay)
    xs = [block * number for number in sorted(blocks)]
    ys = [statistics.fmean(blocks[number]) for number in sorted(blocks)]
    if len(xs) < BLOCKS / 2:
        return float("inf"), 0.0
    slope, intercept = statistics.linear_regression(xs, ys)
    residuals = [y - slope * x - intercept for x, y in zip(xs, ys, strict=True)]
    spread = sum((x - statistics.fmean(xs)) ** 2 for x in xs)
    variance = sum(r * r for r in residuals) / (len(xs) - 2)
    return slope, (variance / spread) ** 0.5


def _settle(results: Results, here: Place, load: Load) -> None:
    """Let all arrive; count what must be there, and what it came to."""
    results.add("road_drain_s", load.drain(120), "s")
    end = time.time() + 60
    with here.connect() as connection:
        while (seen := visible(connection)) < load.sent and time.time() < end:
            load.watch(0.2)
        events = _number(connection, "SELECT count(*) FROM touchline_store.events")
    conflicts = here.logged("intake", "intake_conflict")
    sent = asyncio.run(answered(here.kafka, load.acknowledged, end))
    results.add("events_per_touchpoint", events / seen, "events")
    results.add("road_missing", load.sent - seen, "touchpoints")
    results.add("road_unanswered", load.acknowledged - sent, "messages")
    results.add("intake_conflicts", conflicts, "batches")


def _number(connection: "psycopg.Connection[Any]", sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


async def answered(kafka: str, wanted: int, end: float) -> int:
    """Messages in the outbound topic, once they are all there or time is up."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        partitions = [TopicPartition(outbound_topic("email"), p) for p in range(4)]
        while True:
            offsets = await consumer.end_offsets(partitions)
            if sum(offsets.values()) >= wanted or time.time() > end:
                return sum(offsets.values())
            await asyncio.sleep(0.2)
    finally:
        await consumer.stop()
