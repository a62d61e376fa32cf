"""Links to choose a password by, in PostgreSQL."""

import secrets
from datetime import timedelta

from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.pooled import Pooled, digest
from hub.application.joining import Link, Links
from hub.runtime.clock import Clock


class PostgresLinks(Pooled, Links):
    """Links in the schema `touchline_accounts`: one a person."""

    def __init__(self, pool: AsyncConnectionPool, clock: Clock) -> None:
        super().__init__(pool)
        self._clock = clock

    @override
    async def make(self, name: str, by: str, lifetime: timedelta) -> Link:
        link = Link(secrets.token_urlsafe(32), self._clock.now() + lifetime)
        made = await self._run(
            "INSERT INTO touchline_accounts.links"
            " (digest, user_name, made_by, expires_at) SELECT %s, name, %s, %s"
            " FROM touchline_accounts.users WHERE name = %s AND NOT disabled"
            " ON CONFLICT (user_name) DO UPDATE SET digest = excluded.digest,"
            " made_by = excluded.made_by, expires_at = excluded.expires_at",
            digest(link.secret),
            by,
            link.expires_at,
            name,
        )
        if not made:
            raise KeyError(name)
        return link

    @override
    async def whose(self, secret: str) -> str | None:
        return await self._name(
            "SELECT user_name FROM touchline_accounts.links"
            " WHERE digest = %s AND expires_at > %s",
            secret,
        )

    @override
    async def use(self, secret: str) -> str | None:
        return await self._name(
            "DELETE FROM touchline_accounts.links"
            " WHERE digest = %s AND expires_at > %s RETURNING user_name",
            secret,
        )

    async def _name(self, query: str, secret: str) -> str | None:
        row = await self._one(query, digest(secret), self._clock.now())
        return None if row is None else str(row[0])
