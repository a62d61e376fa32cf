"""Customers who may be one: the queue to review, and who somebody provisional may be.

A pair that was merged since is not shown: its customers have one root now. A pair that
is suggested from both sides is shown once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, interaction_view, merge_suggestions
from projections.queries import groups, places
from projections.queries.customer import Card, cards
from projections.queries.paging import Cursor, Page, at_most, encode, split

_PAIR: Final = merge_suggestions.TABLE.c
_USE: Final = merge_suggestions.USES.c
_CARD: Final = customer_card.TABLE.c
_VIEW: Final = interaction_view.VIEW.c

MOST_MAYBE: Final = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """An identifier that leads from one to the other, and the contact it was in."""

    level: str
    kind: str
    value: str
    touchpoint_id: UUID
    interaction_id: UUID | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two customers who may be one, and why: it is about the first of them."""

    suggestion_id: UUID
    level: str
    suggested_at: datetime
    customer: Card
    other: Card
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """Somebody who used the same shared identifier."""

    customer_id: UUID
    name: str
    value: str


async def suggested(
    connection: AsyncConnection,
    *,
    customer: UUID | None = None,
    after: Cursor | None = None,
    limit: int = 20,
) -> Page[Suggestion]:
    """Open suggestions, the latest first; those about one customer if one is named."""
    limit = at_most(limit)
    query = (
        sa.select(merge_suggestions.TABLE)
        .where(_apart(), _once())
        .order_by(_PAIR.suggested_at.desc(), _PAIR.suggestion_id.desc())
        .limit(limit + 1)
    )
    if customer is not None:
        query = query.where(
            sa.or_(_PAIR.customer_id == customer, _PAIR.other_id == customer)
        )
    if after is not None:
        place = sa.tuple_(_PAIR.suggested_at, _PAIR.suggestion_id)
        query = query.where(
            place < sa.tuple_(sa.literal(after.at), sa.literal(after.id))
        )
    rows, more = split((await connection.execute(query)).all(), limit)
    last = rows[-1] if more else None
    further = encode(Cursor(last.suggested_at, last.suggestion_id)) if last else ""
    return Page(await _joined(connection, rows), further)


def _apart() -> sa.ColumnElement[bool]:
    """They have not been merged since."""
    return groups.root(_PAIR.customer_id) != groups.root(_PAIR.other_id)


def _once() -> sa.ColumnElement[bool]:
    """Of a pair that is suggested from both sides: the row of the lesser id."""
    twin = merge_suggestions.TABLE.alias("twin")
    return ~sa.exists().where(
        twin.c.suggestion_id == _PAIR.suggestion_id,
        twin.c.customer_id < _PAIR.customer_id,
    )


async def _joined(
    connection: AsyncConnection, rows: Iterable[sa.Row[Any]]
) -> tuple[Suggestion, ...]:
    found = list(rows)
    people = {id_ for row in found for id_ in (row.customer_id, row.other_id)}
    shown = await cards(connection, list(people))
    # A side may be a part of somebody by now: then it is them whom it is about.
    known = {id_: card for card in shown for id_ in people if card.covers(id_)}
    pieces = {UUID(p["touchpoint_id"]) for row in found for p in row.evidence}
    where = await _places(connection, pieces)
    return tuple(
        Suggestion(
            row.suggestion_id,
            row.level,
            row.suggested_at,
            known[row.customer_id],
            known[row.other_id],
            tuple(_piece(piece, where) for piece in row.evidence),
        )
        for row in found
        # The other's card may arrive a moment later.
        if row.customer_id in known and row.other_id in known
    )


async def _places(
    connection: AsyncConnection, touchpoints: Iterable[UUID]
) -> dict[UUID, UUID]:
    of = places.TABLE.c
    rows = await connection.execute(
        sa.select(of.touchpoint, of.interaction).where(of.touchpoint.in_(touchpoints))
    )
    return {row.touchpoint: row.interaction for row in rows}


def _piece(piece: dict[str, str], where: dict[UUID, UUID]) -> Evidence:
    touchpoint = UUID(piece["touchpoint_id"])
    return Evidence(
        piece["level"],
        piece["kind"],
        piece["value"],
        touchpoint,
        where.get(touchpoint),
    )


async def maybe(connection: AsyncConnection, customer: UUID) -> tuple[Maybe, ...]:
    """Who somebody provisional may be: others who used the same shared identifiers.

    Whoever claimed it; who used it beside an identifier of their own; and to whom
    interactions of others were given that came from it. The latest to use it first.
    """
    mine = sa.select(_USE.owner_id).where(_USE.customer_id == customer)
    moved = sa.func.coalesce(_VIEW.customer_id, _USE.customer_id)
    users = (
        sa.select(moved.label("customer_id"), _USE.used_at)
        .select_from(merge_suggestions.USES)
        .outerjoin(interaction_view.VIEW, _VIEW.opened_for == _USE.customer_id)
        .where(_USE.owner_id.in_(mine))
    )
    owners = sa.select(_CARD.customer_id, _CARD.known_since).where(
        _CARD.customer_id.in_(mine)
    )
    either = sa.union_all(users, owners).subquery()
    rows = await connection.execute(
        sa.select(_CARD.customer_id, _CARD.name, _CARD.identifiers)
        .join(either, groups.root(either.c.customer_id) == _CARD.customer_id)
        .where(_CARD.customer_id != customer, ~_CARD.provisional)
        .group_by(_CARD.customer_id)
        .order_by(sa.func.max(either.c.used_at).desc(), _CARD.customer_id)
        .limit(MOST_MAYBE)
    )
    return tuple(Maybe(r.customer_id, r.name, _value(r.identifiers)) for r in rows)


def _value(identifiers: list[dict[str, str]]) -> str:
    return next((one["value"] for one in identifiers), "")
