"""The outbound ledger: who claimed a message, and what became of it.

States: `claimed` (waiting for its turn), `sending` (an attempt is under way, or was
when its process died), `sent`, `failed`, `uncertain`. `next_attempt_at` is set exactly
while there is something left to do. `reported` is false until the outcome's signal is
in Kafka.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]

_CLAIM: Final = """
INSERT INTO touchline_connectors.ledger (outbound_id, event_id, channel, connector,
    state, next_attempt_at, claimed_at, updated_at, message)
VALUES (%s, %s, %s, %s, 'claimed', %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_DUE: Final = """
UPDATE touchline_connectors.ledger t
SET state = 'sending', attempts = t.attempts + 1, next_attempt_at = %(lease)s,
    updated_at = %(now)s
FROM (
    SELECT outbound_id, state FROM touchline_connectors.ledger
    WHERE connector = %(connector)s AND next_attempt_at <= %(now)s
    ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) AS due
WHERE t.outbound_id = due.outbound_id
RETURNING t.outbound_id, t.event_id, t.message, t.attempts,
    due.state = 'sending'
"""
_SETTLE: Final = """
UPDATE touchline_connectors.ledger t
SET state = w.state, next_attempt_at = w.next_attempt_at, reference = w.reference,
    reason = w.reason, reported = w.reported, updated_at = %s
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::text[],
    %s::boolean[])
    AS w(outbound_id, state, next_attempt_at, reference, reason, reported)
WHERE t.outbound_id = w.outbound_id AND (t.state = 'sending' OR w.state = 'sent')
"""
_UNREPORTED: Final = """
SELECT outbound_id, state, reason FROM touchline_connectors.ledger
WHERE connector = %s AND NOT reported LIMIT %s
"""
_REPORTED: Final = """
UPDATE touchline_connectors.ledger SET reported = true WHERE outbound_id = ANY(%s)
"""
_BY_STATE: Final = """
SELECT connector, state, count(*),
    min(claimed_at) FILTER (WHERE next_attempt_at IS NOT NULL), min(next_attempt_at)
FROM touchline_connectors.ledger
GROUP BY connector, state ORDER BY connector, state
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message to claim; `message` is its wire form, still sealed."""

    outbound_id: UUID
    event_id: UUID
    channel: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose turn it is; `interrupted`: an earlier attempt never ended."""

    outbound_id: UUID
    event_id: UUID
    message: bytes
    attempts: int
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What an attempt came to; `again_at` is set when it is tried again."""

    outbound_id: UUID
    state: str
    again_at: datetime | None = None
    reference: str = ""
    reason: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing is left to do but report it."""
        return self.again_at is None


class Ledger:
    """The ledger of one connector."""

    def __init__(self, pool: Pool, connector: str) -> None:
        self._pool = pool
        self._connector = connector

    async def claim(self, claims: Sequence[Claim], now: datetime) -> None:
        """Claim messages; one that is claimed already stays as it is."""
        name, times = self._connector, (now, now, now)
        rows = [
            (c.outbound_id, c.event_id, c.channel, name, *times, c.message)
            for c in claims
        ]
        async with self._pool.connection() as connection:
            await connection.cursor().executemany(_CLAIM, rows)

    async def due(self, now: datetime, lease: datetime, limit: int) -> list[Due]:
        """Take messages whose time has come; others get them after `lease`."""
        parameters = {
            "now": now,
            "lease": lease,
            "limit": limit,
            "connector": self._connector,
        }
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_DUE, parameters)
            return [Due(*row) for row in await cursor.fetchall()]

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Note what attempts came to, once.

        What was noted already stays, by whomever after the lease ended; but that a
        message was sent is the truth whenever it comes.
        """
        columns: list[list[Any]] = [
            [s.outbound_id for s in settled],
            [s.state for s in settled],
            [s.again_at for s in settled],
            [s.reference for s in settled],
            [s.reason for s in settled],
            [not s.final for s in settled],
        ]
        async with self._pool.connection() as connection:
            await connection.execute(_SETTLE, (now, *columns))

    async def unreported(self, limit: int) -> list[tuple[UUID, str, str]]:
        """Outcomes whose signal is not in Kafka yet: id, state, reason."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_UNREPORTED, (self._connector, limit))
            return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]

    async def reported(self, outbound: Sequence[UUID]) -> None:
        """Note that their signals are in Kafka."""
        async with self._pool.connection() as connection:
            await connection.execute(_REPORTED, (list(outbound),))


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages of a connector in one state.

    `oldest` is when the first of them was claimed that is still to be sent, `due` when
    the next attempt at one is to begin; None where nothing is left to do.
    """

    connector: str
    state: str
    count: int
    oldest: datetime | None
    due: datetime | None


async def by_state(connection: AsyncConnection[Any]) -> list[Tally]:
    """How many messages are in which state, of all connectors."""
    cursor = await connection.execute(_BY_STATE)
    return [Tally(*row) for row in await cursor.fetchall()]
