"""Read the event store in order: for relay, catch-up, heal, rebuild and people.

`previous` is computed from the store alone: the position before it in its slice.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.multirange import Multirange
from psycopg_pool import AsyncConnectionPool

from events.envelope import Stored

_COLUMNS: Final = """
event_id, originator_id, originator_version, notification_id, slice, topic, state,
occurred_at, recorded_at, actor, correlation, causation
"""
_TAIL: Final = f"""
SELECT {_COLUMNS} FROM touchline_store.events
WHERE notification_id > %s ORDER BY notification_id LIMIT %s
"""  # noqa: S608  (constants only)
_SLICE: Final = f"""
SELECT {_COLUMNS} FROM touchline_store.events
WHERE slice = %s AND notification_id > %s AND notification_id <= %s
ORDER BY notification_id LIMIT %s
"""  # noqa: S608  (constants only)
_LAST: Final = """
SELECT s, (SELECT max(notification_id) FROM touchline_store.events
           WHERE slice = s AND notification_id <= %s)
FROM generate_series(0, 63) AS s
"""
_STREAM: Final = f"""
SELECT {_COLUMNS} FROM touchline_store.events
WHERE originator_id = %s ORDER BY originator_version
"""  # noqa: S608  (constants only)
_FILTERED: Final = f"""
SELECT {_COLUMNS} FROM touchline_store.events
WHERE notification_id > %(after)s AND notification_id <= %(until)s
  AND (%(streams)s::uuid[] IS NULL OR originator_id = ANY(%(streams)s::uuid[]))
  AND (%(types)s::text[] IS NULL OR topic = ANY(%(types)s::text[]))
ORDER BY notification_id LIMIT 1000
"""  # noqa: S608  (constants only)
_UNCLAIMED: Final = f"""
SELECT {_COLUMNS} FROM touchline_store.events e
WHERE topic = 'touchline.ReplySent.v1' AND notification_id > %s
  AND %s::tstzmultirange @> recorded_at
  AND NOT EXISTS (SELECT 1 FROM touchline_connectors.ledger l
                  WHERE l.event_id = e.event_id)
ORDER BY notification_id LIMIT %s
"""  # noqa: S608  (constants only)
MAX_POSITION: Final = 2**62


def _stored(row: TupleRow, previous: int) -> Stored:
    return Stored(
        event_id=row[0],
        stream=row[1],
        version=row[2],
        position=row[3],
        previous=previous,
        slice=row[4],
        type_name=row[5],
        body=bytes(row[6]),
        occurred_at=row[7],
        recorded_at=row[8],
        actor=row[9],
        correlation=row[10],
        causation=row[11],
    )


def chained(rows: Sequence[TupleRow], last: dict[int, int]) -> list[Stored]:
    """Rows as stored events; `last` holds each slice's last position and moves on."""
    found = []
    for row in rows:
        slice_, position = row[4], row[3]
        found.append(_stored(row, last.get(slice_, 0)))
        last[slice_] = position
    return found


async def tail(
    connection: AsyncConnection[Any], after: int, limit: int
) -> list[TupleRow]:
    """The next events of all slices, raw."""
    cursor = await connection.execute(_TAIL, (after, limit), prepare=True, binary=True)
    return await cursor.fetchall()


async def last_positions(
    connection: AsyncConnection[Any], until: int
) -> dict[int, int]:
    """The last position of each slice at or before `until`; 0 where there is none."""
    cursor = await connection.execute(_LAST, (until,))
    return {row[0]: row[1] or 0 for row in await cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class StoreReader:
    """Reads events from a pool of connections."""

    pool: AsyncConnectionPool[AsyncConnection[TupleRow]]

    async def read_slice(
        self, slice_: int, after: int, until: int, limit: int
    ) -> list[Stored]:
        """The next events of one slice, chained from `after`, which is in it or 0."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                _SLICE, (slice_, after, until, limit), prepare=True, binary=True
            )
            return chained(await cursor.fetchall(), {slice_: after})

    async def heads(self, until: int = MAX_POSITION) -> dict[int, int]:
        """The last position of each slice at or before `until`."""
        async with self.pool.connection() as connection:
            return await last_positions(connection, until)

    async def relayed(self) -> int:
        """Position up to which the relay has sent events to Kafka."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT max(position) FROM touchline_store.relay_position"
            )
            row = await cursor.fetchone()
            return int(row[0] or 0) if row else 0

    async def stream(self, stream: UUID) -> list[Stored]:
        """All events of one stream, oldest first."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(_STREAM, (stream,))
            return [_stored(row, 0) for row in await cursor.fetchall()]

    async def read(
        self,
        *,
        after: int = 0,
        until: int | None = None,
        streams: Sequence[UUID] | None = None,
        types: Sequence[str] | None = None,
    ) -> AsyncIterator[Stored]:
        """Events in order with filters; `previous` is 0, since others lie between."""
        while rows := await self._page(after, until, streams, types):
            for row in rows:
                yield _stored(row, 0)
            after = rows[-1][3]

    async def _page(
        self,
        after: int,
        until: int | None,
        streams: Sequence[UUID] | None,
        types: Sequence[str] | None,
    ) -> list[TupleRow]:
        parameters = {
            "after": after,
            "until": MAX_POSITION if until is None else until,
            "streams": list(streams) if streams is not None else None,
            "types": list(types) if types is not None else None,
        }
        async with self.pool.connection() as connection:
            cursor = await connection.execute(_FILTERED, parameters)
            return await cursor.fetchall()


async def unclaimed_replies(
    connection: AsyncConnection[Any],
    recorded: Multirange[datetime],
    after: int,
    limit: int,
) -> list[Stored]:
    """The next replies of some recording times that no connector has claimed."""
    cursor = await connection.execute(_UNCLAIMED, (after, recorded, limit))
    return [_stored(row, 0) for row in await cursor.fetchall()]
