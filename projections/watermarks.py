"""Watermarks: how far a projection has applied each slice, and what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from events.envelope import Stored
from events.slices import SLICES
from projections.bookkeeping import WATERMARKS
from projections.sql import fetch

Marks = dict[tuple[str, int], int]


@dataclass(slots=True)
class Sorted:
    """A slice's records against one watermark.

    `fresh` are to be applied, in order; `gap` is the first record whose predecessor is
    missing, or None.
    """

    fresh: list[Stored] = field(default_factory=list)
    gap: Stored | None = None


def sort_out(watermark: int, records: Iterable[Stored]) -> Sorted:
    """Skip what is known, take what follows, stop at a gap."""
    found = Sorted()
    for record in records:
        if record.position <= watermark:
            continue
        if record.previous > watermark:
            found.gap = record
            break
        found.fresh.append(record)
        watermark = record.position
    return found


def _table(schema: str) -> str:
    return f"{schema}.{WATERMARKS.name}"


async def ensure(
    connection: AsyncConnection, schema: str, projections: Sequence[str]
) -> None:
    """Create the missing watermark rows, all at position 0."""
    await connection.exec_driver_sql(
        f"INSERT INTO {_table(schema)} (projection, slice, position)"  # noqa: S608
        " SELECT p, s, 0 FROM unnest(%b::text[]) AS p, generate_series(0, %s) AS s"
        " ON CONFLICT DO NOTHING",
        (list(projections), SLICES - 1),
    )


async def lock(
    connection: AsyncConnection,
    schema: str,
    projections: Sequence[str],
    slices: Sequence[int],
) -> Marks:
    """Lock and read watermark rows for the rest of the transaction.

    Every driver locks in the order of (projection, slice): no two can deadlock.
    """
    rows = await fetch(
        connection,
        f"SELECT projection, slice, position FROM {_table(schema)}"  # noqa: S608
        " WHERE projection = ANY(%s) AND slice = ANY(%s)"
        " ORDER BY projection, slice FOR UPDATE",
        (list(projections), list(slices)),
    )
    return {(p, s): position for p, s, position in rows}


async def read(
    connection: AsyncConnection, schema: str, projections: Sequence[str]
) -> Marks:
    """Read watermark rows without a lock."""
    rows = await fetch(
        connection,
        f"SELECT projection, slice, position FROM {_table(schema)}"  # noqa: S608
        " WHERE projection = ANY(%s)",
        (list(projections),),
    )
    return {(p, s): position for p, s, position in rows}


async def move(connection: AsyncConnection, schema: str, marks: Marks) -> None:
    """Write moved watermarks; the caller holds their locks."""
    if not marks:
        return
    keys = sorted(marks)
    await connection.exec_driver_sql(
        f"UPDATE {_table(schema)} AS t SET position = w.position"  # noqa: S608
        " FROM unnest(%b::text[], %b::int[], %b::bigint[])"
        " AS w(projection, slice, position)"
        " WHERE t.projection = w.projection AND t.slice = w.slice",
        ([k[0] for k in keys], [k[1] for k in keys], [marks[k] for k in keys]),
    )
