"""Counts of log-in attempts in PostgreSQL: one table for all web processes."""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.pooled import Pooled
from hub.application.attempts import FORGOTTEN_AFTER, Attempts, Limit, pause
from hub.runtime.clock import Clock

_ADDRESS: Final = Limit(free=20, lock_after=100, lock=timedelta(minutes=15))
"""Of an address: an office may share it, and all of it came back from lunch."""


class PostgresAttempts(Pooled, Attempts):
    """Attempts in `touchline_accounts`, under keyed digests of names and addresses.

    Not the names themselves: people type their password where the name belongs.
    """

    def __init__(
        self, pool: AsyncConnectionPool, clock: Clock, key: bytes, limit: Limit
    ) -> None:
        super().__init__(pool)
        self._clock = clock
        self._key = key
        self._limit = limit

    @override
    async def begin(self, name: str, address: str) -> timedelta:
        now = self._clock.now()
        limits = {self._name(name): self._limit, self._address(address): _ADDRESS}
        async with self._connection() as connection, connection.transaction():
            counted = await _locked(connection, sorted(limits), now)
            until = [_until(limits[key], n, last) for key, n, last in counted]
            wait = max(until) - now
            if wait > timedelta():
                return wait
            await connection.execute(
                b"UPDATE touchline_accounts.attempts SET last_at = %(now)s, failures ="
                b" CASE WHEN last_at < %(old)s THEN 1 ELSE failures + 1 END"
                b" WHERE key = ANY(%(keys)s)",
                {"now": now, "old": now - FORGOTTEN_AFTER, "keys": list(limits)},
            )
        return timedelta()

    @override
    async def succeeded(self, name: str, address: str) -> None:
        await self._run(
            "UPDATE touchline_accounts.attempts"
            " SET failures = greatest(failures - 1, 0) WHERE key = %s",
            self._address(address),
        )
        await self._run(
            "DELETE FROM touchline_accounts.attempts WHERE key = %s OR last_at < %s",
            self._name(name),
            self._clock.now() - FORGOTTEN_AFTER,
        )

    @override
    async def unlock(self, name: str) -> None:
        await self._run(
            "DELETE FROM touchline_accounts.attempts WHERE key = %s", self._name(name)
        )

    @override
    async def locked(self, names: Iterable[str]) -> Mapping[str, datetime]:
        by_key = {self._name(name): name for name in names}
        found = await self._all(
            "SELECT key, failures, last_at FROM touchline_accounts.attempts"
            " WHERE key = ANY(%s) AND failures >= %s",
            list(by_key),
            self._limit.lock_after,
        )
        now = self._clock.now()
        until = {by_key[key]: _until(self._limit, n, last) for key, n, last in found}
        return {name: at for name, at in until.items() if at > now}

    def _name(self, name: str) -> bytes:
        return self._digest(f"name:{name.strip().casefold()}")

    def _address(self, address: str) -> bytes:
        return self._digest(f"address:{address}")

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, f"attempts:{text}".encode(), "sha256")


async def _locked(
    connection: AsyncConnection[Any], keys: list[bytes], now: datetime
) -> list[tuple[bytes, int, datetime]]:
    await connection.execute(
        b"INSERT INTO touchline_accounts.attempts (key, failures, last_at)"
        b" SELECT key, 0, %s FROM unnest(%s::bytea[]) AS w(key) ORDER BY key"
        b" ON CONFLICT DO NOTHING",
        (now, keys),
    )
    found = await connection.execute(
        b"SELECT key, failures, last_at FROM touchline_accounts.attempts"
        b" WHERE key = ANY(%s) ORDER BY key FOR UPDATE",
        (keys,),
    )
    return [
        (bytes(key), failures, last) for key, failures, last in await found.fetchall()
    ]


def _until(limit: Limit, failures: int, last_at: datetime) -> datetime:
    return last_at + pause(limit, failures)
