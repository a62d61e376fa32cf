"""Merges of customers: what was merged and undone, and what a merge would show."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, customer_merges
from projections.queries import groups
from projections.queries.customer import Card, card, together
from projections.queries.interaction import OpenWork, open_work

MOST_MERGES: Final = 200
"""The latest are read, not more."""

_MERGES: Final = customer_merges.TABLE.c


@dataclass(frozen=True, slots=True)
class Merge:
    """`customer_id` is, or was, a part of `merged_into`.

    Names are their own, or else what they are known by.
    `undone_at` is None as long as it holds.
    """

    merge_id: UUID
    customer_id: UUID
    customer_name: str
    merged_into: UUID
    into_name: str
    merged_at: datetime
    merged_by: str
    why: str
    undone_at: datetime | None
    undone_by: str
    undone_why: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two customers has, or both together."""

    card: Card
    open_work: tuple[OpenWork, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A merge before it is made: `part` into `whole`, and what is shown after it."""

    part: Side
    whole: Side
    result: Side


def _called(card: sa.sql.base.ReadOnlyColumnCollection[str, Any]) -> Any:
    first = card.identifiers[0]["value"].as_string()
    return sa.func.coalesce(sa.func.nullif(card.name, ""), first, "")


_of_part = customer_card.TABLE.alias("of_part")
_of_whole = customer_card.TABLE.alias("of_whole")
_NAMES: Final = {
    "customer_name": _called(_of_part.c),
    "into_name": _called(_of_whole.c),
}
_COLUMNS: Final = [
    (_NAMES[name] if name in _NAMES else _MERGES[name]).label(name)
    for name in (field.name for field in fields(Merge))
]
_FOUND: Final = (
    sa.select(*_COLUMNS)
    .select_from(customer_merges.TABLE)
    .outerjoin(_of_part, _of_part.c.customer_id == _MERGES.customer_id)
    .outerjoin(_of_whole, _of_whole.c.customer_id == _MERGES.merged_into)
    .order_by(_MERGES.merged_at.desc(), _MERGES.merge_id)
    .limit(MOST_MERGES)
)


async def merges(connection: AsyncConnection, customer: UUID) -> tuple[Merge, ...]:
    """All merges of a customer and of who is one person with it, the latest first."""
    group = await groups.of(connection, customer)
    concerned = sa.or_(
        _MERGES.customer_id.in_(group.members), _MERGES.merged_into.in_(group.members)
    )
    rows = await connection.execute(_FOUND.where(concerned))
    return tuple(Merge(**row._asdict()) for row in rows)


def holding(merges: Sequence[Merge], customer: UUID) -> Merge | None:
    """The merge by which a customer is a part of another one, if there is one."""
    mine = (one for one in merges if one.customer_id == customer)
    return next((one for one in mine if one.undone_at is None), None)


async def preview(
    connection: AsyncConnection, part: UUID, whole: UUID
) -> Preview | None:
    """Both sides, and what they are together; None if one is not known here (yet)."""
    here = await _side(connection, part)
    there = await _side(connection, whole)
    if here is None or there is None:
        return None
    both = together(there.card.customer_id, (there.card, here.card))
    work = (*there.open_work, *here.open_work)
    return Preview(here, there, Side(both, work))


async def _side(connection: AsyncConnection, customer: UUID) -> Side | None:
    found = await card(connection, customer)
    if found is None:
        return None
    return Side(found, await open_work(connection, customer))
