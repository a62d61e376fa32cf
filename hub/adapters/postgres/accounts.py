"""Accounts in PostgreSQL: argon2id for passwords, digests of all other secrets."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.pooled import Pooled, digest, without_nul
from hub.application.accounts import Account, Accounts, ApiKey, Principal
from hub.application.passwords import normal
from hub.domain.person import ROLES
from hub.runtime.clock import Clock

_KEY_PREFIX: Final = "tl_"
_AT_ONCE: Final = 2
"""Passwords checked at the same time: each takes a core and 64 MiB for a while."""

_ACCOUNTS: Final = """
SELECT name, display_name, email, roles, disabled, password_hash IS NOT NULL,
    (SELECT max(seen_at) FROM touchline_accounts.sessions WHERE user_name = name)
FROM touchline_accounts.users
"""


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
            without_nul(name),
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
    async def people(self) -> list[Account]:
        return [_account(row) for row in await self._all(f"{_ACCOUNTS} ORDER BY name")]

    @override
    async def account(self, name: str) -> Account | None:
        row = await self._one(f"{_ACCOUNTS} WHERE name = %s", without_nul(name))
        return None if row is None else _account(row)

    @override
    async def display_names(self) -> Mapping[str, str]:
        return dict(
            await self._all("SELECT name, display_name FROM touchline_accounts.users")
        )

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


def _account(row: TupleRow) -> Account:
    name, shown, email, roles, disabled, password, seen_at = row
    return Account(name, shown, email, frozenset(roles), disabled, password, seen_at)


def _checked(roles: Iterable[str]) -> list[str]:
    granted = sorted(set(roles))
    unknown = set(granted) - ROLES
    if unknown:
        raise ValueError(
            f"no such role: {', '.join(sorted(unknown))}; there are"
            f" {', '.join(sorted(ROLES))}"
        )
    return granted
