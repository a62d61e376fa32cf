"""A customer: the card, and the whole history over all channels."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import calls, customer_card, customer_timeline, interaction_view
from projections.queries import attributions, places
from projections.queries.paging import Cursor, Page, at_most, encode, split
from projections.queries.timeline import (
    CALL,
    CONTENT,
    FATE,
    MESSAGES,
    TIMELINE,
    VIEW,
    Contact,
    contact,
    of_call,
)

_CARD = customer_card.TABLE.c


@dataclass(frozen=True, slots=True)
class KnownAs:
    """One identifier of a customer, normalised and as it arrived."""

    kind: str
    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who it is and the history at a glance; `by_channel` counts contacts both ways."""

    customer_id: UUID
    name: str
    provisional: bool
    identifiers: tuple[KnownAs, ...]
    known_since: datetime
    first_contact_at: datetime | None
    last_contact_at: datetime | None
    contacts_in: int
    contacts_out: int
    by_channel: dict[str, int]


async def card(connection: AsyncConnection, customer: UUID) -> Card | None:
    """The card of a customer; None if nobody has that id (yet)."""
    found = await connection.execute(
        sa.select(customer_card.TABLE).where(_CARD.customer_id == customer)
    )
    row = found.one_or_none()
    if row is None:
        return None
    totals = await attributions.totals(connection, customer)
    return replace(card_of(row), **totals)


async def timeline(
    connection: AsyncConnection,
    customer: UUID,
    *,
    before: Cursor | None = None,
    limit: int = 50,
) -> Page[Contact]:
    """The newest contacts before a cursor, oldest first; `next` leads further back."""
    limit = at_most(limit)
    query = _history().where(await attributions.shown(connection, customer))
    if before is not None:
        place = sa.tuple_(TIMELINE.occurred_at, TIMELINE.touchpoint_id)
        query = query.where(
            place < sa.tuple_(sa.literal(before.at), sa.literal(before.id))
        )
    rows = await connection.execute(query.limit(limit + 1))
    newest, more = split([contact(row) for row in rows], limit)
    return Page(newest[::-1], _earlier(newest[-1]) if more else "")


def _history() -> sa.Select[Any]:
    of_message = sa.and_(
        MESSAGES.interaction_id == TIMELINE.interaction_id,
        MESSAGES.touchpoint_id == TIMELINE.touchpoint_id,
    )
    return (
        sa.select(
            TIMELINE.touchpoint_id,
            places.place(TIMELINE.interaction_id).label("interaction_id"),
            VIEW.number,
            TIMELINE.occurred_at,
            TIMELINE.channel,
            TIMELINE.direction,
            TIMELINE.automatic,
            *CONTENT,
            *FATE,
            *CALL,
        )
        .select_from(customer_timeline.TABLE)
        .outerjoin(places.TABLE, places.TABLE.c.touchpoint == TIMELINE.touchpoint_id)
        .outerjoin(
            interaction_view.VIEW,
            VIEW.interaction_id == places.place(TIMELINE.interaction_id),
        )
        .outerjoin(interaction_view.MESSAGES, of_message)
        .outerjoin(calls.TABLE, of_call(TIMELINE))
        .order_by(TIMELINE.occurred_at.desc(), TIMELINE.touchpoint_id.desc())
    )


def card_of(row: sa.Row[Any]) -> Card:
    """The card that a row of its table holds."""
    values = row._asdict()
    known = tuple(KnownAs(**entry) for entry in values.pop("identifiers"))
    return Card(**values, identifiers=known)


def _earlier(oldest: Contact) -> str:
    return encode(Cursor(oldest.occurred_at, oldest.touchpoint_id))
