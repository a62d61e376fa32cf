"""Parked work: an event that cannot be applied, and all later ones of its stream."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from events.envelope import Stored
from projections.bookkeeping import PARKED, SKIPPED
from projections.sql import fetch

LIMIT: Final = 100
"""Parked streams of a projection; when there are more, it is not the data's fault."""


class TooManyParkedError(Exception):
    """So much cannot be applied that it counts as a bug; nothing of it was parked."""


@dataclass(slots=True)
class Parking:
    """What is parked or skipped among a batch's streams; folding adds to it.

    `streams` are pairs of projection and stream; `skipped` of projection and event.
    """

    streams: set[tuple[str, UUID]] = field(default_factory=set)
    skipped: set[tuple[str, UUID]] = field(default_factory=set)
    added: list[tuple[str, Stored, str]] = field(default_factory=list)

    def park(self, projection: str, stored: Stored, reason: str) -> None:
        """Park an event, and with it its stream from here on."""
        self.streams.add((projection, stored.stream))
        self.added.append((projection, stored, reason))


async def load(
    connection: AsyncConnection,
    schema: str,
    projections: Sequence[str],
    records: Iterable[Stored],
) -> Parking:
    """What is parked or skipped among the records' streams."""
    streams = list({r.stream for r in records})
    found = await fetch(
        connection,
        f"SELECT DISTINCT true, projection, stream FROM {schema}.{PARKED.name}"  # noqa: S608
        " WHERE projection = ANY(%b) AND stream = ANY(%b) UNION ALL"
        f" SELECT false, projection, event_id FROM {SKIPPED.schema}.{SKIPPED.name}"
        " WHERE projection = ANY(%b)",
        (list(projections), streams, list(projections)),
    )
    return Parking(
        streams={(name, id_) for is_parked, name, id_ in found if is_parked},
        skipped={(name, id_) for is_parked, name, id_ in found if not is_parked},
    )


async def save(
    connection: AsyncConnection, schema: str, parking: Parking, now: datetime
) -> None:
    """Write what a batch parked; ids and reasons, never content.

    Raises:
        TooManyParkedError: this would park more than `LIMIT` streams of a projection.
    """
    if not parking.added:
        return
    await connection.exec_driver_sql(
        f"INSERT INTO {schema}.{PARKED.name}"  # noqa: S608
        " (projection, stream, position, event_id, reason, parked_at)"
        " SELECT *, %s FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::uuid[],"
        " %s::text[]) ON CONFLICT DO NOTHING",
        (
            now,
            [p for p, _, _ in parking.added],
            [s.stream for _, s, _ in parking.added],
            [s.position for _, s, _ in parking.added],
            [s.event_id for _, s, _ in parking.added],
            [reason for _, _, reason in parking.added],
        ),
    )
    await _check(connection, schema, {p for p, _, _ in parking.added})


async def _check(connection: AsyncConnection, schema: str, names: set[str]) -> None:
    found = await fetch(
        connection,
        f"SELECT projection, count(DISTINCT stream) FROM {schema}.{PARKED.name}"  # noqa: S608
        " WHERE projection = ANY(%b) GROUP BY projection ORDER BY projection",
        (sorted(names),),
    )
    for projection, streams in found:
        if streams > LIMIT:
            text = (
                f"{projection} would have {streams} parked streams, more than {LIMIT}:"
                " mend it, or retry or discard what `touchline parked list` shows;"
                " then start it again"
            )
            raise TooManyParkedError(text)
