"""Measure every hop: touchpoint topics, relay, projections, workflows, outbound."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from hub.adapters.kafka.unread import Unread, unread
from hub.adapters.postgres.checkpoints import Pool
from hub.adapters.postgres.ledger import Tally, by_state
from hub.application.status import Hop, Outbound, Status
from hub.runtime.clock import Clock
from projections.catalog import ALL, SEARCH

WORKFLOWS: Final = "workflows"
_OF_SEARCH: Final = {projection.key for projection in SEARCH}

_HEAD: Final = "SELECT coalesce(max(notification_id), 0) FROM touchline_store.events"
_RELAY: Final = """
SELECT r.position, (SELECT recorded_at FROM touchline_store.events
    WHERE notification_id > r.position ORDER BY notification_id LIMIT 1)
FROM touchline_store.relay_position r
"""
_MARKS: Final = """
WITH marks AS (
    SELECT projection AS name, slice, position FROM touchline_views.watermarks
    UNION ALL
    SELECT 'workflows', slice, position FROM touchline_workflows.watermarks
), behind AS (
    SELECT m.name, count(e.notification_id) AS lag, min(e.recorded_at) AS oldest
    FROM marks m JOIN touchline_store.events e
      ON e.slice = m.slice AND e.notification_id > m.position
    GROUP BY m.name
)
SELECT DISTINCT m.name, coalesce(b.lag, 0), b.oldest
FROM marks m LEFT JOIN behind b USING (name) ORDER BY m.name
"""
_STOPPED: Final = "SELECT projection, reason FROM touchline_views.stopped_projections"
_UNCLAIMED: Final = """
SELECT count(*), min(recorded_at) FROM touchline_store.events e
WHERE topic = 'touchline.ReplySent.v1'
  AND NOT EXISTS (SELECT 1 FROM touchline_connectors.ledger l
                  WHERE l.event_id = e.event_id)
"""
_DUE: Final = """
SELECT count(*), min(due_at) FROM touchline_views.queue_board_v1
WHERE due_at <= %s
"""
_PARKED: Final = """
SELECT kind, count(*) FROM touchline_store.parked_messages WHERE state = 'parked'
GROUP BY kind
UNION ALL
SELECT 'projection', count(DISTINCT (projection, stream))
FROM touchline_views.parked_events HAVING count(*) > 0
UNION ALL
SELECT 'workflow', count(*) FROM touchline_workflows.parked WHERE state = 'parked'
HAVING count(*) > 0
"""
_TRACKED: Final = """
SELECT application_name, notification_id FROM touchline_store.tracking
WHERE application_name LIKE %s
"""
_SIZE: Final = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class StatusReader:
    """Reads the status; `cluster` and `topics` say whose offsets to compare."""

    pool: Pool
    bootstrap: str | None
    cluster: str
    topics: tuple[str, ...]
    data_dir: Path
    clock: Clock

    async def read(self) -> Status:
        """The status now; without a broker its hops say so."""
        async with self.pool.connection() as connection:
            ((head,),) = await _rows(connection, _HEAD)
            hops = [
                *await self._intake(connection),
                await self._relay(connection, head),
                *await self._marks(connection, head),
                await self._replies(connection),
                await self._due(connection),
            ]
            outbound = [self._outbound(tally) for tally in await by_state(connection)]
            parked = dict(await _rows(connection, _PARKED))
            ((size,),) = await _rows(connection, _SIZE)
        return Status(head, hops, outbound, parked, size, _free(self.data_dir))

    async def _relay(self, connection: AsyncConnection[Any], head: int) -> Hop:
        rows = await _rows(connection, _RELAY)
        if not rows:
            return Hop("relay", "relay", head, note=_never_ran("relay"))
        position, oldest = rows[0]
        return Hop("relay", "relay", head - position, self._age(oldest))

    async def _marks(self, connection: AsyncConnection[Any], head: int) -> list[Hop]:
        stopped = dict(await _rows(connection, _STOPPED))
        marks = {name: row for name, *row in await _rows(connection, _MARKS)}
        return [
            Hop(name, _driver(name), lag, self._age(oldest), _note(stopped.get(name)))
            for name, (lag, oldest) in marks.items()
        ] + [
            Hop(name, _driver(name), head, note=_never_ran(_driver(name)))
            for name in (*(projection.key for projection in ALL), WORKFLOWS)
            if name not in marks
        ]

    async def _replies(self, connection: AsyncConnection[Any]) -> Hop:
        ((count, oldest),) = await _rows(connection, _UNCLAIMED)
        return Hop("replies", "connector run", count, self._age(oldest))

    async def _due(self, connection: AsyncConnection[Any]) -> Hop:
        now = self.clock.now()
        ((count, oldest),) = await _rows(connection, _DUE, now)
        return Hop("follow-ups", "timer", count, self._age(oldest))

    def _outbound(self, tally: Tally) -> Outbound:
        overdue = max(0.0, self._age(tally.due))
        waits = self._age(tally.oldest)
        return Outbound(tally.connector, tally.state, tally.count, waits, overdue)

    def _age(self, moment: datetime | None) -> float:
        return (self.clock.now() - moment).total_seconds() if moment else 0.0

    async def _intake(self, connection: AsyncConnection[Any]) -> list[Hop]:
        if self.bootstrap is None:
            return self._unknown("no broker is set: give TOUCHLINE_KAFKA")
        rows = await _rows(connection, _TRACKED, f"{self.cluster}/%")
        tracked = dict(_place(self.cluster, *row) for row in rows)
        try:
            found = await unread(self.bootstrap, self.topics, tracked)
        except (KafkaError, OSError):
            text = "the broker does not answer: start it, or correct TOUCHLINE_KAFKA"
            return self._unknown(text)
        return [self._touchpoints(topic, found[topic]) for topic in self.topics]

    def _unknown(self, note: str) -> list[Hop]:
        return [Hop(topic, "intake", 0, note=note) for topic in self.topics]

    def _touchpoints(self, topic: str, found: Unread) -> Hop:
        note = ""
        if found.foreign:
            note = (
                "more was read than the broker has: give TOUCHLINE_KAFKA the right one"
            )
        elif found.count and found.oldest is None:
            note = "its oldest message cannot be read: look into the broker's log"
        return Hop(topic, "intake", found.count, self._age(found.oldest), note)


def _driver(name: str) -> str:
    if name == WORKFLOWS:
        return WORKFLOWS
    return "search" if name in _OF_SEARCH else "streams"


def _never_ran(process: str) -> str:
    return f"never ran: start `touchline {process}`"


def _note(reason: str | None) -> str:
    return f"stopped: {reason}" if reason else ""


def _place(cluster: str, source: str, offset: int) -> tuple[tuple[str, int], int]:
    """Topic and partition of a source, which is written `cluster/topic[partition]`."""
    topic, _, number = source.removeprefix(f"{cluster}/").rstrip("]").rpartition("[")
    return (topic, int(number)), offset


async def _rows(
    connection: AsyncConnection[Any], sql: str, *parameters: Any
) -> list[Any]:
    cursor = await connection.execute(sql.encode(), parameters or None)
    return await cursor.fetchall()


def _free(folder: Path) -> int:
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    return shutil.disk_usage(existing).free
