"""Identities of an OpenID provider, in PostgreSQL."""

from datetime import timedelta

from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.pooled import Pooled, digest
from hub.application.sign_on import Begun, Identities
from hub.runtime.clock import Clock


class PostgresIdentities(Pooled, Identities):
    """Identities and sign-ins under way, in the schema `touchline_accounts`."""

    def __init__(self, pool: AsyncConnectionPool, clock: Clock) -> None:
        super().__init__(pool)
        self._clock = clock

    @override
    async def begin(self, state: str, begun: Begun, lifetime: timedelta) -> None:
        now = self._clock.now()
        await self._run(
            "DELETE FROM touchline_accounts.sign_ins WHERE expires_at <= %s", now
        )
        await self._run(
            "INSERT INTO touchline_accounts.sign_ins"
            " (state_digest, nonce, verifier, target, user_name, expires_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            digest(state),
            begun.nonce,
            begun.verifier,
            begun.target,
            begun.person,
            now + lifetime,
        )

    @override
    async def take(self, state: str) -> Begun | None:
        row = await self._one(
            "DELETE FROM touchline_accounts.sign_ins WHERE state_digest = %s"
            " AND expires_at > %s RETURNING nonce, verifier, target, user_name",
            digest(state),
            self._clock.now(),
        )
        return None if row is None else Begun(*row)

    @override
    async def whose(self, issuer: str, subject: str) -> str | None:
        row = await self._one(
            "SELECT user_name FROM touchline_accounts.identities"
            " WHERE issuer = %s AND subject = %s",
            issuer,
            subject,
        )
        return None if row is None else str(row[0])

    @override
    async def link(self, issuer: str, subject: str, name: str) -> None:
        await self._run(
            "INSERT INTO touchline_accounts.identities"
            " (issuer, subject, user_name, linked_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (issuer, subject) DO UPDATE SET"
            " user_name = excluded.user_name, linked_at = excluded.linked_at",
            issuer,
            subject,
            name,
            self._clock.now(),
        )

    @override
    async def linked(self, name: str) -> bool:
        return bool(
            await self._one(
                "SELECT 1 FROM touchline_accounts.identities WHERE user_name = %s",
                name,
            )
        )
