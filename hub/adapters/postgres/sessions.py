"""Sessions in PostgreSQL; what ends is announced, so that live views end too."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.changes import CHANNEL
from hub.adapters.postgres.pooled import Pooled, digest
from hub.application.accounts import Principal
from hub.application.sessions import Lifetime, LoggedIn, Session, Sessions
from hub.runtime.clock import Clock

LONGEST_AGENT: Final = 300
"""Characters that are kept of what a browser says it is."""

_SEEN_EVERY: Final = timedelta(minutes=1)
"""A session's use is noted no more often than this."""

TELL: Final = f"""
SELECT pg_notify('{CHANNEL}', json_build_object('access', user_name)::text)
FROM (SELECT DISTINCT user_name FROM ended) AS gone
"""  # noqa: S608  (constants only)
"""Follows a `WITH ended AS (DELETE … RETURNING user_name)`."""


class PostgresSessions(Pooled, Sessions):
    """Sessions in the schema `touchline_accounts`, over a pool that is open."""

    def __init__(self, pool: AsyncConnectionPool, clock: Clock) -> None:
        super().__init__(pool)
        self._clock = clock

    @override
    async def begin(self, name: str, lifetime: Lifetime, agent: str = "") -> str:
        now, secret = self._clock.now(), secrets.token_urlsafe(32)
        await self._run(
            "DELETE FROM touchline_accounts.sessions"
            " WHERE expires_at <= %s OR seen_at + idle <= %s",
            now,
            now,
        )
        begun = await self._run(
            "INSERT INTO touchline_accounts.sessions (token_digest, id, user_name,"
            " csrf, agent, created_at, seen_at, expires_at, idle)"
            " SELECT %s, %s, name, %s, %s, %s, %s, %s, %s FROM touchline_accounts.users"
            # Locked: whoever is being disabled now does not slip in.
            " WHERE name = %s AND NOT disabled FOR SHARE",
            digest(secret),
            uuid4(),
            secrets.token_urlsafe(32),
            agent[:LONGEST_AGENT].replace("\x00", ""),
            now,
            now,
            now + lifetime.whole,
            lifetime.idle,
            name,
        )
        if not begun:
            raise KeyError(name)
        return secret

    @override
    async def find(self, secret: str) -> Session | None:
        now = self._clock.now()
        row = await self._one(
            "SELECT id, name, display_name, roles, csrf, expires_at, seen_at"
            " FROM touchline_accounts.sessions JOIN touchline_accounts.users"
            " ON name = user_name WHERE token_digest = %s AND expires_at > %s"
            " AND seen_at + idle > %s AND NOT disabled",
            digest(secret),
            now,
            now,
        )
        if row is None:
            return None
        id_, name, shown, roles, csrf, expires_at, seen_at = row
        if seen_at + _SEEN_EVERY <= now:
            await self._run(
                "UPDATE touchline_accounts.sessions SET seen_at = %s WHERE id = %s",
                now,
                id_,
            )
        return Session(id_, Principal(name, shown, frozenset(roles)), csrf, expires_at)

    @override
    async def end(self, secret: str) -> None:
        await self._end("token_digest = %s", digest(secret))

    @override
    async def of(self, name: str) -> list[LoggedIn]:
        now = self._clock.now()
        found = await self._all(
            "SELECT id, agent, created_at, seen_at, expires_at"
            " FROM touchline_accounts.sessions WHERE user_name = %s"
            " AND expires_at > %s AND seen_at + idle > %s ORDER BY seen_at DESC, id",
            name,
            now,
            now,
        )
        return [LoggedIn(*row) for row in found]

    @override
    async def present(self, roles: Iterable[str]) -> Mapping[str, datetime]:
        now = self._clock.now()
        found = await self._all(
            "SELECT name, max(seen_at)"
            " FROM touchline_accounts.sessions JOIN touchline_accounts.users"
            " ON name = user_name WHERE roles && %s AND NOT disabled"
            " AND expires_at > %s AND seen_at + idle > %s GROUP BY name",
            list(roles),
            now,
            now,
        )
        return {name: seen_at for name, seen_at in found}  # noqa: C416  (typed)

    @override
    async def end_one(self, name: str, session: UUID) -> None:
        await self._end("user_name = %s AND id = %s", name, session)

    @override
    async def end_all(self, name: str, *, besides: UUID | None = None) -> int:
        return await self._end(
            "user_name = %s AND id IS DISTINCT FROM %s", name, besides
        )

    async def _end(self, which: str, *values: object) -> int:
        found = await self._one(
            "WITH ended AS (DELETE FROM touchline_accounts.sessions"  # noqa: S608
            f" WHERE {which} RETURNING user_name), told AS ({TELL})"
            " SELECT count(*), (SELECT count(*) FROM told) FROM ended",
            *values,
        )
        return int(found[0]) if found else 0
