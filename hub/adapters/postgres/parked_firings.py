"""Events that a workflow could not handle, and how they are settled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]

_SELECT: Final = """
SELECT workflow, event_id, stream, reason, parked_at, state
FROM touchline_workflows.parked
"""
_SETTLE: Final = """
UPDATE touchline_workflows.parked
SET state = %s, settled_at = %s, settled_by = %s, settled_why = %s
WHERE workflow = %s AND event_id = %s AND state = 'parked'
"""


@dataclass(frozen=True, slots=True)
class ParkedFiring:
    """A row of `touchline_workflows.parked`: one event, for one workflow."""

    workflow: str
    event_id: UUID
    stream: UUID
    reason: str
    parked_at: datetime
    state: str


class ParkedFirings:
    """Reads and settles them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self, *, everything: bool) -> list[ParkedFiring]:
        """Oldest first; only the open ones unless `everything`."""
        where = "" if everything else "WHERE state = 'parked'"
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(ParkedFiring))
            await cursor.execute(f"{_SELECT} {where} ORDER BY parked_at, position")
            return await cursor.fetchall()

    async def one(self, workflow: str, event_id: UUID) -> ParkedFiring | None:
        """One of them."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(ParkedFiring))
            key = (workflow, event_id)
            await cursor.execute(
                f"{_SELECT} WHERE workflow = %s AND event_id = %s", key
            )
            return await cursor.fetchone()

    async def settle(
        self, parked: ParkedFiring, state: str, by: tuple[str, str], now: datetime
    ) -> None:
        """Note that it was retried or discarded, by whom and why."""
        values = (state, now, *by, parked.workflow, parked.event_id)
        async with self._pool.connection() as connection:
            await connection.execute(_SETTLE, values)
