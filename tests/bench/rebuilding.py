"""Rebuild read models from the store, with the proof that they equal the live ones."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import psycopg

from hub.bootstrap.services import open_services
from projections.catalog import BY_NAME, LIVE
from projections.contract import Projection
from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.tape import record
from tests.bench.watch import Load, visible

PER_TOUCHPOINT = 2.2
"""Events that a touchpoint of the tape leads to without workflows, about."""

PATIENCE = 900
_EVENTS = "SELECT count(*) FROM touchline_store.events"


def measure(results: Results, *, quick: bool) -> None:
    """The timeline alone, then all four."""
    events = 50_000 if quick else 500_000
    count = int(events / PER_TOUCHPOINT)
    with place() as here:
        tape = record(here.folder / "tape", 4, count)
        here.start("intake", "relay", "streams")
        with Load(here, tape.file) as load, here.connect() as connection:
            load.say("burst", count)
            _wait(connection, count)
            stored = _count(connection)
        here.stop()
        timeline = [BY_NAME["customer_timeline"]]
        alone = asyncio.run(_rebuilt(here, timeline))
        together = asyncio.run(_rebuilt(here, list(LIVE)))
    results.add("rebuild_events", stored, "events")
    results.add("rebuild_timeline_rate", stored / alone, "events/s")
    results.add("rebuild_all_rate", stored / together, "events/s")


def _count(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute(_EVENTS).fetchone()
    return int(row[0]) if row else 0


def _wait(connection: "psycopg.Connection[Any]", count: int) -> None:
    end = time.time() + PATIENCE
    while visible(connection) < count:
        if time.time() > end:
            raise TimeoutError("the store did not fill: see the roles' logs")
        time.sleep(1.0)


async def _rebuilt(here: Place, projections: Sequence[Projection]) -> float:
    """Rebuild, prove, discard; the seconds for reading and folding everything."""
    async with open_services(here.settings) as services:
        rebuild = services.rebuild(*projections)
        began = time.monotonic()
        proofs = await rebuild.run(progress=lambda _: None)
        seconds = time.monotonic() - began
        await rebuild.discard()
    unequal = [proof.projection for proof in proofs if not proof.equal]
    if unequal:
        raise AssertionError(f"not equal to the live ones: {unequal}")
    return seconds
