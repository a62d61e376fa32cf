"""What all adapters for people share: a pool of connections, and its errors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from hub.application.intake import StoreUnavailableError

PATIENCE: Final = 3.0
"""How long one waits for a connection (s): a person sits in front of it."""


@asynccontextmanager
async def people_pool(dsn: str) -> AsyncIterator[AsyncConnectionPool]:
    """A small open pool in autocommit mode."""
    pool = AsyncConnectionPool(
        dsn,
        kwargs={"autocommit": True},
        min_size=1,
        max_size=4,
        open=False,
        timeout=PATIENCE,
        # The next who asks tries at once, rather than after a growing pause.
        reconnect_timeout=0,
        check=AsyncConnectionPool.check_connection,
    )
    async with pool:
        yield pool


class Pooled:
    """Runs single statements; every failure to reach the database is one error."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection[TupleRow]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreUnavailableError(str(error)) from error

    async def _all(self, query: str, *values: Any) -> list[TupleRow]:
        async with self._connection() as connection:
            found = await connection.execute(query.encode(), values)
            return await found.fetchall()

    async def _one(self, query: str, *values: Any) -> TupleRow | None:
        async with self._connection() as connection:
            found = await connection.execute(query.encode(), values)
            return await found.fetchone()

    async def _run(self, query: str, *values: Any) -> int:
        async with self._connection() as connection:
            return (await connection.execute(query.encode(), values)).rowcount


def digest(secret: str) -> bytes:
    """What is kept of a random secret (SHA-256)."""
    return sha256(secret.encode()).digest()


def without_nul(text: str) -> str:
    """What PostgreSQL can compare: it knows no NUL character, and no name has one."""
    return text.replace("\x00", "\ufffd")
