"""Rebuild read models from a large store, with the proof that they are equal."""

import asyncio
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

from psycopg import Connection

from events.catalog import touchpoints_topic
from events.sealing import PlainSealer
from hub.application.intake import Message
from hub.bootstrap.engines import engine_of
from hub.bootstrap.parts import reader_of
from hub.runtime.clock import SystemClock
from hub.runtime.collecting import collect_rarely
from projections.catalog import LIVE
from projections.catchup import drive
from projections.contract import Projection
from projections.driver import Driver
from projections.rebuild import Rebuild
from projections.source import EventSource
from tests.bench.filling import intake_of
from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.traffic import Traffic

BATCH = 500


def measure(results: Results, *, quick: bool) -> None:
    """The timeline alone, then all four; rates include the proof."""
    with place() as here:
        # The broker is not needed, and its process shall not count.
        here.servers["kafka"].suspend()
        try:
            _fill(here, 50_000 if quick else 500_000)
            collect_rarely()
            asyncio.run(_measure(results, here))
        finally:
            here.servers["kafka"].resume()


def _fill(here: Place, events: int) -> None:
    traffic, offset = iter(Traffic(4)), 0
    with here.connect() as connection, intake_of(here.settings) as intake:
        while _stored(connection) < events:
            messages = []
            for message in islice(traffic, BATCH):
                topic = touchpoints_topic(message.channel)
                messages.append(Message("bench", topic, 0, offset, message.value))
                offset += 1
            intake.process(messages)


def _stored(connection: Connection[Any]) -> int:
    row = connection.execute(
        "SELECT coalesce(max(notification_id), 0) FROM touchline_store.events"
    ).fetchone()
    return int(row[0]) if row else 0


async def _measure(results: Results, here: Place) -> None:
    engine = engine_of(here.settings)
    driver = Driver(engine, LIVE, PlainSealer(), SystemClock())
    try:
        async with reader_of(here.settings) as source:
            await driver.prepare()
            began = time.monotonic()
            applied: list[int] = []
            heads = await source.heads()
            await drive(driver, source, heads, progress=applied.append)
            events = sum(applied)
            rate = events / (time.monotonic() - began)
            results.add("catch_up_rate", rate, "events/s")
            timeline = [p for p in LIVE if p.name == "customer_timeline"]
            for name, group in (("timeline", timeline), ("all", LIVE)):
                rate, equal = await _rebuild(driver, source, group, events)
                results.add(f"rebuild_{name}_rate", rate, "events/s")
                results.add(f"rebuild_{name}_equal", float(equal), "1 is equal")
    finally:
        await engine.dispose()


async def _rebuild(
    driver: Driver, source: EventSource, group: Sequence[Projection], events: int
) -> tuple[float, bool]:
    rebuild = Rebuild(driver, source, group)
    began = time.monotonic()
    proofs = await rebuild.run(progress=lambda _: None)
    seconds = time.monotonic() - began
    await rebuild.discard()
    return events / seconds, all(proof.equal for proof in proofs)
