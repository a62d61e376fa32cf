"""Messages that intake parked, and how they are settled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]

_SELECT: Final = """
SELECT id, topic, partition, kafka_offset, kind, connector, reason, message, raw,
       raw_blob, context, parked_at, state
FROM touchline_store.parked_messages
"""
_SETTLE: Final = """
UPDATE touchline_store.parked_messages
SET state = %s, settled_at = %s, settled_by = %s, settled_why = %s
WHERE id = %s AND state = 'parked'
"""


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A row of `parked_messages`."""

    id: UUID
    topic: str
    partition: int
    kafka_offset: int
    kind: str
    connector: str
    reason: str
    message: bytes
    raw: bytes
    raw_blob: str
    context: dict[str, str]
    parked_at: datetime
    state: str


class ParkedMessages:
    """Reads and settles them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self, *, everything: bool) -> list[ParkedMessage]:
        """Oldest first; only the open ones unless `everything`."""
        where = "" if everything else "WHERE state = 'parked'"
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(ParkedMessage))
            await cursor.execute(f"{_SELECT} {where} ORDER BY parked_at, id")
            return await cursor.fetchall()

    async def one(self, id_: UUID) -> ParkedMessage | None:
        """One of them."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(ParkedMessage))
            await cursor.execute(f"{_SELECT} WHERE id = %s", (id_,))
            return await cursor.fetchone()

    async def settle(
        self, id_: UUID, state: str, by: tuple[str, str], now: datetime
    ) -> None:
        """Note that it was retried or discarded, by whom and why."""
        actor, why = by
        async with self._pool.connection() as connection:
            await connection.execute(_SETTLE, (state, now, actor, why, id_))
