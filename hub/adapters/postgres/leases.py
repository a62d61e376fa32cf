"""Leases of the durable timer: short claims on what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore

from hub.adapters.postgres.intake_store import translated
from hub.application.timer import Due

_CLAIM: Final = """
INSERT INTO touchline_timer.leases AS l (interaction, due_at, until)
SELECT interaction, due_at, %s FROM unnest(%s::uuid[], %s::timestamptz[])
    AS w(interaction, due_at) ORDER BY interaction
ON CONFLICT (interaction) DO UPDATE SET due_at = EXCLUDED.due_at, until = EXCLUDED.until
    WHERE l.until <= %s OR l.due_at <> EXCLUDED.due_at
RETURNING interaction
"""
_FORGET: Final = "DELETE FROM touchline_timer.leases WHERE until <= %s"


@dataclass(frozen=True, slots=True)
class PostgresLeases:
    """Implements `hub.application.timer.Leases`."""

    datastore: PostgresDatastore

    def claim(
        self, due: Sequence[Due], now: datetime, until: datetime
    ) -> Sequence[UUID]:
        """Lease what nobody has leased; expired leases are forgotten."""
        interactions = [one.interaction for one in due]
        moments = [one.due_at for one in due]
        with translated(), self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_FORGET, (now,))
            cursor.execute(_CLAIM, (until, interactions, moments, now))
            return [row["interaction"] for row in cursor.fetchall()]
