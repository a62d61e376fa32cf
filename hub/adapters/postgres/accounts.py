"""Accounts in PostgreSQL: argon2id for passwords, digests of all other secrets."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, Self

import psycopg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.application.accounts import (
    ROLES,
    Account,
    Accounts,
    ApiKey,
    Principal,
    Session,
)
from hub.application.intake import StoreUnavailableError
from hub.runtime.clock import Clock

_KEY_PREFIX: Final = "tl_"
_AT_ONCE: Final = 2
"""Passwords checked at the same time: each takes a core and 64 MiB for a while."""

_PATIENCE: Final = 3.0
"""How long one waits for a connection (s): a person sits in front of it."""


class PostgresAccounts(Accounts):
    """Accounts in the schema `touchline_accounts`, over a pool that is open."""

    def __init__(
        self,
        pool: AsyncConnectionPool,
        clock: Clock,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        # Checked where a name is unknown, so that both answers take as long.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    @classmethod
    @asynccontextmanager
    async def opened(cls, dsn: str, clock: Clock) -> AsyncIterator[Self]:
        """Accounts with a small pool of their own."""
        pool = AsyncConnectionPool(
            dsn,
            kwargs={"autocommit": True},
            min_size=1,
            max_size=4,
            open=False,
            timeout=_PATIENCE,
            # The next who asks tries at once, rather than after a growing pause.
            reconnect_timeout=0,
            check=AsyncConnectionPool.check_connection,
        )
        async with pool:
            yield cls(pool, clock)

    @override
    async def check_password(self, name: str, password: str) -> Principal | None:
        row = await self._one(
            "SELECT name, display_name, roles, password_hash"
            " FROM touchline_accounts.users WHERE name = %s AND NOT disabled",
            name,
        )
        stored = row[3] if row else self._nobody
        right = await self._in_turn(self._matches, stored, password)
        if row is None or not right:
            return None
        if self._hasher.check_needs_rehash(stored):
            await self._rehash(name, password)
        return _person(*row[:3])

    @override
    async def open_session(self, name: str, lifetime: timedelta) -> str:
        now, secret = self._clock.now(), secrets.token_urlsafe(32)
        await self._run(
            "DELETE FROM touchline_accounts.sessions WHERE expires_at <= %s", now
        )
        opened = await self._one(
            "INSERT INTO touchline_accounts.sessions"
            " (token_digest, user_name, csrf, created_at, expires_at)"
            " SELECT %s, name, %s, %s, %s FROM touchline_accounts.users"
            " WHERE name = %s AND NOT disabled RETURNING user_name",
            _digest(secret),
            secrets.token_urlsafe(32),
            now,
            now + lifetime,
            name,
        )
        if opened is None:
            raise KeyError(name)
        return secret

    @override
    async def session(self, secret: str) -> Session | None:
        row = await self._one(
            "SELECT name, display_name, roles, csrf, expires_at"
            " FROM touchline_accounts.sessions JOIN touchline_accounts.users"
            " ON name = user_name"
            " WHERE token_digest = %s AND expires_at > %s AND NOT disabled",
            _digest(secret),
            self._clock.now(),
        )
        return None if row is None else Session(_person(*row[:3]), row[3], row[4])

    @override
    async def end_session(self, secret: str) -> None:
        await self._run(
            "DELETE FROM touchline_accounts.sessions WHERE token_digest = %s",
            _digest(secret),
        )

    @override
    async def machine(self, key: str) -> Principal | None:
        row = await self._one(
            "SELECT name, roles FROM touchline_accounts.api_keys"
            " WHERE digest = %s AND revoked_at IS NULL",
            _digest(key),
        )
        if row is None:
            return None
        return Principal(row[0], row[0], frozenset(row[1]), machine=True)

    @override
    async def save_person(
        self, name: str, display_name: str, password: str, roles: Iterable[str]
    ) -> None:
        granted = _checked(roles)
        hashed = await self._in_turn(self._hasher.hash, password)
        await self._run(
            "WITH ended AS"
            " (DELETE FROM touchline_accounts.sessions WHERE user_name = %s)"
            " INSERT INTO touchline_accounts.users"
            " (name, display_name, password_hash, roles, created_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (name) DO UPDATE SET"
            " display_name = excluded.display_name, roles = excluded.roles,"
            " password_hash = excluded.password_hash",
            name,
            name,
            display_name,
            hashed,
            granted,
            self._clock.now(),
        )

    @override
    async def issue_key(self, name: str, roles: Iterable[str]) -> str:
        key = _KEY_PREFIX + secrets.token_urlsafe(32)
        await self._run(
            "INSERT INTO touchline_accounts.api_keys (digest, name, roles, created_at)"
            " VALUES (%s, %s, %s, %s)",
            _digest(key),
            name,
            _checked(roles),
            self._clock.now(),
        )
        return key

    @override
    async def revoke_keys(self, name: str) -> int:
        revoked = await self._all(
            "UPDATE touchline_accounts.api_keys SET revoked_at = %s"
            " WHERE name = %s AND revoked_at IS NULL RETURNING name",
            self._clock.now(),
            name,
        )
        return len(revoked)

    @override
    async def keys(self) -> list[ApiKey]:
        found = await self._all(
            "SELECT name, roles, created_at, revoked_at"
            " FROM touchline_accounts.api_keys ORDER BY name, created_at"
        )
        return [ApiKey(name, frozenset(roles), *times) for name, roles, *times in found]

    @override
    async def disable_person(self, name: str) -> None:
        await self._set_disabled(name, disabled=True)

    @override
    async def enable_person(self, name: str) -> None:
        await self._set_disabled(name, disabled=False)

    @override
    async def people(self) -> list[Account]:
        found = await self._all(
            "SELECT name, display_name, roles, disabled"
            " FROM touchline_accounts.users ORDER BY name"
        )
        return [
            Account(name, shown, frozenset(roles), disabled)
            for name, shown, roles, disabled in found
        ]

    @override
    async def display_names(self) -> Mapping[str, str]:
        return dict(
            await self._all("SELECT name, display_name FROM touchline_accounts.users")
        )

    async def _set_disabled(self, name: str, *, disabled: bool) -> None:
        # Both ways: one that began while the account was closing must not come back.
        changed = await self._one(
            "WITH ended AS"
            " (DELETE FROM touchline_accounts.sessions WHERE user_name = %s)"
            " UPDATE touchline_accounts.users SET disabled = %s"
            " WHERE name = %s RETURNING name",
            name,
            disabled,
            name,
        )
        if changed is None:
            raise KeyError(name)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection[TupleRow]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise StoreUnavailableError(str(error)) from error

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _rehash(self, name: str, password: str) -> None:
        hashed = await self._in_turn(self._hasher.hash, password)
        await self._run(
            "UPDATE touchline_accounts.users SET password_hash = %s WHERE name = %s",
            hashed,
            name,
        )

    async def _in_turn(self, work: Any, *arguments: str) -> Any:
        async with self._turn:
            return await asyncio.to_thread(work, *arguments)

    async def _all(self, query: str, *values: Any) -> list[TupleRow]:
        async with self._connection() as connection:
            found = await connection.execute(query.encode(), values)
            return await found.fetchall()

    async def _one(self, query: str, *values: Any) -> TupleRow | None:
        async with self._connection() as connection:
            found = await connection.execute(query.encode(), values)
            return await found.fetchone()

    async def _run(self, query: str, *values: Any) -> None:
        async with self._connection() as connection:
            await connection.execute(query.encode(), values)


def _person(name: str, display_name: str, roles: list[str]) -> Principal:
    return Principal(name, display_name, frozenset(roles))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _checked(roles: Iterable[str]) -> list[str]:
    granted = sorted(set(roles))
    unknown = set(granted) - ROLES
    if unknown:
        raise ValueError(
            f"no such role: {', '.join(sorted(unknown))}; there are"
            f" {', '.join(sorted(ROLES))}"
        )
    return granted
