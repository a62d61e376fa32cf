"""What projections announce, as a stream that survives lost connections."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import psycopg
import structlog

CHANNEL: Final = "touchline_views"
EVERYTHING: Final = '{"many": true}'
"""What a listener must assume after it was deaf for a while."""

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0
_ALIVE_SECONDS: Final = 15.0

_log = structlog.get_logger(__name__)


class PostgresChanges:
    """Listens on one connection; comes back with growing pauses when it is lost."""

    def __init__(self, dsn: str, channel: str = CHANNEL) -> None:
        self._dsn = dsn
        self._channel = channel
        self.connected = False

    async def listen(self) -> AsyncGenerator[str]:
        """Payloads as they are committed, for ever; starts with `EVERYTHING`.

        So does every new connection: what was announced in between is unknown.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                async with aclosing(self._connected()) as payloads:
                    async for payload in payloads:
                        pause = _FIRST_PAUSE
                        yield payload
            except (psycopg.Error, OSError) as error:
                _log.warning("changes_lost", error=type(error).__name__, retry_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _connected(self) -> AsyncGenerator[str]:
        connection = await psycopg.AsyncConnection.connect(
            self._dsn, autocommit=True, connect_timeout=10
        )
        try:
            await connection.execute(f"LISTEN {self._channel}".encode())
            self.connected = True
            yield EVERYTHING
            while True:
                async for note in connection.notifies(timeout=_ALIVE_SECONDS):
                    yield note.payload
                # A dead peer is silent like an idle one: ask.
                await connection.execute(b"SELECT 1")
        finally:
            self.connected = False
            await connection.close()
