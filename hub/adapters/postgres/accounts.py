"""Accounts in PostgreSQL: argon2id for passwords, digests of all other secrets."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.pooled import Pooled, digest
from hub.application.accounts import (
    ROLES,
    Account,
    Accounts,
    ApiKey,
    Principal,
)
from hub.application.passwords import normal
from hub.runtime.clock import Clock

_KEY_PREFIX: Final = "tl_"
_AT_ONCE: Final = 2
"""Passwords checked at the same time: each takes a core and 64 MiB for a while."""


class PostgresAccounts(Pooled, Accounts):
    """Accounts in the schema `touchline_accounts`, over a pool that is open."""

    def __init__(
        self,
        pool: AsyncConnectionPool,
        clock: Clock,
        hasher: PasswordHasher | None = None,
    ) -> None:
        super().__init__(pool)
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        # Checked where a name is unknown, so that both answers take as long.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    @override
    async def check_password(self, name: str, password: str) -> Principal | None:
        row = await self._one(
            "SELECT name, display_name, roles, password_hash"
            " FROM touchline_accounts.users WHERE name = %s AND NOT disabled",
            name,
        )
        # An account without a password is as closed as one that is not there.
        stored = row[3] if row and row[3] else self._nobody
        right = await self._in_turn(self._matches, stored, normal(password))
        if row is None or not right:
            return None
        if self._hasher.check_needs_rehash(stored):
            await self.set_password(name, password)
        return _person(*row[:3])

    @override
    async def set_password(self, name: str, password: str) -> None:
        hashed = await self._in_turn(self._hasher.hash, normal(password))
        changed = await self._run(
            "UPDATE touchline_accounts.users SET password_hash = %s WHERE name = %s",
            hashed,
            name,
        )
        if not changed:
            raise KeyError(name)

    @override
    async def machine(self, key: str) -> Principal | None:
        row = await self._one(
            "SELECT name, roles FROM touchline_accounts.api_keys"
            " WHERE digest = %s AND revoked_at IS NULL",
            digest(key),
        )
        if row is None:
            return None
        return Principal(row[0], row[0], frozenset(row[1]), machine=True)

    @override
    async def save_person(
        self, name: str, display_name: str, password: str, roles: Iterable[str]
    ) -> None:
        granted = _checked(roles)
        hashed = await self._in_turn(self._hasher.hash, normal(password))
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
            digest(key),
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

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _in_turn(self, work: Any, *arguments: str) -> Any:
        async with self._turn:
            return await asyncio.to_thread(work, *arguments)


def _person(name: str, display_name: str, roles: list[str]) -> Principal:
    return Principal(name, display_name, frozenset(roles))


def _checked(roles: Iterable[str]) -> list[str]:
    granted = sorted(set(roles))
    unknown = set(granted) - ROLES
    if unknown:
        raise ValueError(
            f"no such role: {', '.join(sorted(unknown))}; there are"
            f" {', '.join(sorted(ROLES))}"
        )
    return granted
