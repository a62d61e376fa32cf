"""Intake, relay and live driver, one after the other, each with the machine to itself.

The topics are filled beforehand; a rate is that of the middle of the work, without the
process's start.
"""

import signal
import time
from collections.abc import Callable
from typing import Any

import psycopg

from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.tape import record
from tests.bench.usage import report, spent
from tests.bench.watch import Load, visible

_TAKEN = "SELECT coalesce(sum(notification_id), 0) FROM touchline_store.tracking"
_STORED = "SELECT coalesce(max(notification_id), 0) FROM touchline_store.events"
_RELAYED = "SELECT coalesce(max(position), 0) FROM touchline_store.relay_position"
_APPLIED = """
SELECT count(*) FROM touchline_store.events e
JOIN touchline_views.watermarks w
    ON w.projection = 'customer_timeline_v1' AND w.slice = e.slice
WHERE e.notification_id > w.position
"""
PATIENCE = 600


def measure(results: Results, *, quick: bool) -> None:
    """All three on one place."""
    count = 20_000 if quick else 100_000
    with place() as here:
        tape = record(here.folder / "tape", 4, count + 200)
        here.start("intake", "relay", "streams")
        with Load(here, tape.file) as load, here.connect() as connection:
            load.say("burst", 200)
            _until(lambda: visible(connection) >= 200)
            here.stop("intake", "relay")
            load.say("burst", count)
            _until(lambda: _heard(load, 200 + count))
            _intake(results, here, connection, 200 + count)
            streams = here.roles["streams"]
            # Else it would project while the relay runs, and heal when it starts anew.
            streams.send_signal(signal.SIGSTOP)
            _relay(results, here, connection)
            streams.send_signal(signal.SIGCONT)
            _live(results, here, connection)


def _heard(load: Load, count: int) -> bool:
    load.look()
    return load.sent >= count


def _until(done: Callable[[], bool]) -> None:
    end = time.time() + PATIENCE
    while not done():
        if time.time() > end:
            raise TimeoutError("the work did not end: see the roles' logs")
        time.sleep(0.05)


def _number(connection: "psycopg.Connection[Any]", sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _intake(
    results: Results, here: Place, connection: "psycopg.Connection[Any]", end: int
) -> None:
    here.start("intake")
    _follow(
        results,
        here,
        "intake",
        "touchpoints/s",
        lambda: _number(connection, _TAKEN),
        end,
    )
    here.stop("intake")


def _relay(
    results: Results, here: Place, connection: "psycopg.Connection[Any]"
) -> None:
    end = _number(connection, _STORED)
    here.start("relay")
    _follow(
        results, here, "relay", "events/s", lambda: _number(connection, _RELAYED), end
    )
    here.stop("relay")


def _live(results: Results, here: Place, connection: "psycopg.Connection[Any]") -> None:
    def applied() -> int:
        return -_number(connection, _APPLIED)

    _follow(results, here, "streams", "events/s", applied, 0, name="live")


def _follow(  # noqa: PLR0913  (a helper of three)
    results: Results,
    here: Place,
    role: str,
    unit: str,
    progress: Callable[[], int],
    end: int,
    name: str = "",
) -> None:
    """The rate between a tenth and nine tenths of the work, and its CPU."""
    first = progress()
    points = [(time.time(), first, here.usage())]
    while points[-1][1] < end:
        time.sleep(0.1)
        points.append((time.time(), progress(), here.usage()))
        if time.time() - points[0][0] > PATIENCE:
            raise TimeoutError(f"{role} did not come to an end")
    low, high = first + 0.1 * (end - first), first + 0.9 * (end - first)
    begin = next(p for p in points if p[1] >= low)
    last = next(p for p in points if p[1] >= high)
    if last is begin:
        begin = points[0]
    done = last[1] - begin[1]
    name = name or role
    results.add(f"{name}_rate", done / (last[0] - begin[0]), unit)
    cpu = spent(begin[2], last[2])
    report(results, name, {k: cpu[k] for k in (role, "postgres", "kafka")}, done)
