"""The SDK's checkpoints: small durable state of connectors."""

from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from hub.runtime.clock import Clock

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]

_LOAD: Final = """
SELECT value FROM touchline_connectors.checkpoints WHERE connector = %s AND name = %s
"""
_SAVE: Final = """
INSERT INTO touchline_connectors.checkpoints (connector, name, value, saved_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (connector, name)
DO UPDATE SET value = EXCLUDED.value, saved_at = EXCLUDED.saved_at
"""


class PostgresCheckpoints:
    """Checkpoints of one connector."""

    def __init__(self, pool: Pool, connector: str, clock: Clock) -> None:
        self._pool = pool
        self._connector = connector
        self._clock = clock

    async def load(self, name: str) -> dict[str, Any] | None:
        """The last saved value, or None."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_LOAD, (self._connector, name))
            row = await cursor.fetchone()
        return row[0] if row else None

    async def save(self, name: str, value: dict[str, Any]) -> None:
        """Replace the value; durable when this returns."""
        parameters = (self._connector, name, Jsonb(value), self._clock.now())
        async with self._pool.connection() as connection:
            await connection.execute(_SAVE, parameters)
