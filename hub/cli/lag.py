"""Measures how far each hop of the road is behind the one before."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.bootstrap import Services
from hub.cli.hop import Hop
from hub.cli.intake_lag import intake_hops
from hub.cli.running import reach

__all__ = ["Measured", "measure"]

LATE_SECONDS: Final = 60.0

RELAY: Final = """
SELECT r.name, count(e.*), extract(epoch FROM now() - min(e.recorded_at))
FROM touchline_store.relay_position r
LEFT JOIN touchline_store.events e ON e.notification_id > r.position
GROUP BY r.name
"""
READERS: Final = """
SELECT w.name, count(e.*), extract(epoch FROM now() - min(e.recorded_at)),
       count(DISTINCT e.slice)
FROM ({marks}) AS w
LEFT JOIN touchline_store.events e
  ON e.slice = w.slice AND e.notification_id > w.position
GROUP BY w.name ORDER BY w.name
"""
PROJECTIONS: Final = (
    "SELECT projection AS name, slice, position FROM touchline_views.watermarks"
)
WORKFLOWS: Final = (
    "SELECT workflow AS name, slice, position FROM touchline_workflows.watermarks"
)
OUTBOUND: Final = """
SELECT state, count(*) FROM touchline_connectors.ledger GROUP BY state ORDER BY state
"""
PARKED: Final = """
SELECT 'intake', count(*) FROM touchline_store.parked_messages WHERE state = 'parked'
UNION ALL
SELECT projection, count(*) FROM touchline_views.parked_events GROUP BY projection
UNION ALL
SELECT 'workflow:' || workflow, count(*) FROM touchline_workflows.parked
GROUP BY workflow
"""
STOPPED: Final = "SELECT projection, reason FROM touchline_views.stopped_projections"


@dataclass(slots=True)
class Measured:
    """Everything that `touchline status` shows."""

    head: int = 0
    hops: list[Hop] = field(default_factory=list)
    outbound: dict[str, int] = field(default_factory=dict)
    parked: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    disk: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "healthy": not self.problems()}

    def problems(self) -> list[str]:
        """What somebody has to look at."""
        return [*self._stopped(), *self._late()]

    def _stopped(self) -> Iterator[str]:
        for name, reason in self.stopped.items():
            yield f"the read model {name} has stopped: {reason}"

    def _late(self) -> Iterator[str]:
        for hop in self.hops:
            if (hop.seconds or 0) > LATE_SECONDS:
                yield f"{hop.name} is {hop.seconds:.0f} s late; is it running?"


async def measure(services: Services) -> Measured:
    """Look at every hop once."""
    settings = reach()
    found = Measured()
    async with services.engine.connect() as connection:
        found.head = await _head(connection)
        found.hops = [
            *await intake_hops(connection, settings.kafka, found.notes),
            *await _hops(connection, "relay", RELAY),
            *await _hops(connection, "view", READERS.format(marks=PROJECTIONS)),
            *await _hops(connection, "workflow", READERS.format(marks=WORKFLOWS)),
        ]
        found.outbound = await _counts(connection, OUTBOUND)
        parked = await _counts(connection, PARKED)
        found.parked = {name: count for name, count in parked.items() if count}
        found.stopped = await _counts(connection, STOPPED)
        found.disk["database_bytes"] = await _database_size(connection)
    found.disk["free_bytes"] = shutil.disk_usage(settings.data_dir).free
    return found


async def _head(connection: AsyncConnection) -> int:
    newest = "SELECT max(notification_id) FROM touchline_store.events"
    return int(await connection.scalar(sa.text(newest)) or 0)


async def _hops(connection: AsyncConnection, kind: str, query: str) -> list[Hop]:
    rows = await connection.execute(sa.text(query))
    return [_hop(kind, *row) for row in rows]


def _hop(
    kind: str, name: str, events: int, seconds: Any, slices: int | None = None
) -> Hop:
    age = None if seconds is None else max(0.0, float(seconds))
    return Hop(f"{kind} {name}", events, age, slices)


async def _counts(connection: AsyncConnection, query: str) -> dict[str, Any]:
    rows = await connection.execute(sa.text(query))
    return {name: value for name, value in rows}  # noqa: C416 - rows are no pairs


async def _database_size(connection: AsyncConnection) -> int:
    size = await connection.scalar(
        sa.text("SELECT pg_database_size(current_database())")
    )
    return int(size or 0)
