"""Measure every hop: touchpoint topics, relay, projections, workflows, outbound."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from psycopg import AsyncConnection

from hub.adapters.postgres.checkpoints import Pool
from hub.application.status import Hop, Outbound, Status
from hub.runtime.clock import Clock

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
_LEDGER: Final = """
SELECT connector, state, count(*) FROM touchline_connectors.ledger
GROUP BY connector, state ORDER BY connector, state
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
            ]
            hops += await self._marks(connection)
            outbound = [Outbound(*row) for row in await _rows(connection, _LEDGER)]
            parked = dict(await _rows(connection, _PARKED))
            ((size,),) = await _rows(connection, _SIZE)
        return Status(head, hops, outbound, parked, size, _free(self.data_dir))

    async def _relay(self, connection: AsyncConnection[Any], head: int) -> Hop:
        rows = await _rows(connection, _RELAY)
        if not rows:
            return Hop("relay", head, 0, "never ran")
        position, oldest = rows[0]
        return Hop("relay", head - position, self._age(oldest))

    async def _marks(self, connection: AsyncConnection[Any]) -> list[Hop]:
        stopped = dict(await _rows(connection, _STOPPED))
        return [
            Hop(name, lag, self._age(oldest), _note(stopped.get(name)))
            for name, lag, oldest in await _rows(connection, _MARKS)
        ]

    def _age(self, moment: datetime | None) -> float:
        return (self.clock.now() - moment).total_seconds() if moment else 0.0

    async def _intake(self, connection: AsyncConnection[Any]) -> list[Hop]:
        if self.bootstrap is None:
            return [Hop(topic, 0, 0, "no broker") for topic in self.topics]
        tracked = dict(await _rows(connection, _TRACKED, f"{self.cluster}/%"))
        try:
            ends = await _ends(self.bootstrap, self.topics)
        except (KafkaError, OSError):
            return [Hop(topic, 0, 0, "broker not reachable") for topic in self.topics]
        return [
            Hop(topic, _behind(self.cluster, topic, ends, tracked), 0)
            for topic in self.topics
        ]


def _note(reason: str | None) -> str:
    return f"stopped: {reason}" if reason else ""


def _behind(
    cluster: str,
    topic: str,
    ends: dict[TopicPartition, int],
    tracked: dict[str, int],
) -> int:
    return sum(
        end - tracked.get(f"{cluster}/{topic}[{tp.partition}]", 0)
        for tp, end in ends.items()
        if tp.topic == topic
    )


async def _ends(bootstrap: str, topics: tuple[str, ...]) -> dict[TopicPartition, int]:
    # Of topics that it does not subscribe to, the client knows no partitions.
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partitions = [
            TopicPartition(topic, number)
            for topic in topics
            for number in consumer.partitions_for_topic(topic) or ()
        ]
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
    return ends


async def _rows(
    connection: AsyncConnection[Any], sql: str, *parameters: Any
) -> list[Any]:
    cursor = await connection.execute(sql.encode(), parameters or None)
    return await cursor.fetchall()


def _free(folder: Path) -> int:
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    return shutil.disk_usage(existing).free
