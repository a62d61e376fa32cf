"""A customer: the card, the whole history over all channels, and finding them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, customer_timeline, interaction_view
from projections.queries.paging import Cursor, Page, at_most, encode, split
from projections.queries.timeline import (
    CONTENT,
    FATE,
    MESSAGES,
    TIMELINE,
    VIEW,
    Contact,
    contact,
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
    return None if row is None else _card(row)


async def timeline(
    connection: AsyncConnection,
    customer: UUID,
    *,
    before: Cursor | None = None,
    limit: int = 50,
) -> Page[Contact]:
    """The newest contacts before a cursor, oldest first; `next` leads further back."""
    limit = at_most(limit)
    query = _history().where(TIMELINE.customer_id == customer)
    if before is not None:
        place = sa.tuple_(TIMELINE.occurred_at, TIMELINE.touchpoint_id)
        query = query.where(place < sa.tuple_(*map(sa.literal, before)))
    rows = await connection.execute(query.limit(limit + 1))
    newest, more = split([contact(row) for row in rows], limit)
    return Page(newest[::-1], _earlier(newest[-1]) if more else "")


async def search(
    connection: AsyncConnection, text: str, *, limit: int = 20
) -> tuple[Card, ...]:
    """Customers of whom a name's word or an identifier begins so, latest first."""
    wanted = text.strip().casefold()
    if not wanted:
        return ()
    rows = await connection.execute(
        sa.select(customer_card.TABLE)
        .where(sa.or_(_named(wanted), _identified(wanted)))
        .order_by(_CARD.last_contact_at.desc().nulls_last(), _CARD.customer_id)
        .limit(at_most(limit))
    )
    return tuple(_card(row) for row in rows)


def _history() -> sa.Select[Any]:
    of_message = sa.and_(
        MESSAGES.interaction_id == TIMELINE.interaction_id,
        MESSAGES.touchpoint_id == TIMELINE.touchpoint_id,
    )
    return (
        sa.select(
            TIMELINE.touchpoint_id,
            TIMELINE.interaction_id,
            VIEW.number,
            TIMELINE.occurred_at,
            TIMELINE.channel,
            TIMELINE.direction,
            TIMELINE.automatic,
            *CONTENT,
            *FATE,
        )
        .select_from(customer_timeline.TABLE)
        .outerjoin(
            interaction_view.VIEW, VIEW.interaction_id == TIMELINE.interaction_id
        )
        .outerjoin(interaction_view.MESSAGES, of_message)
        .order_by(TIMELINE.occurred_at.desc(), TIMELINE.touchpoint_id.desc())
    )


def _named(wanted: str) -> sa.ColumnElement[bool]:
    name = sa.func.lower(_CARD.name)
    return sa.or_(
        name.startswith(wanted, autoescape=True),
        name.contains(f" {wanted}", autoescape=True),
    )


def _identified(wanted: str) -> sa.ColumnElement[bool]:
    entry = sa.func.jsonb_array_elements(_CARD.identifiers).table_valued(
        sa.column("value", sa.JSON), name="entry"
    )
    value = sa.func.lower(entry.c.value.op("->>")("value"))
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(entry)
        .where(value.startswith(wanted, autoescape=True))
    )


def _card(row: sa.Row[Any]) -> Card:
    values = row._asdict()
    known = tuple(KnownAs(**entry) for entry in values.pop("identifiers"))
    return Card(**values, identifiers=known)


def _earlier(oldest: Contact) -> str:
    return encode(Cursor(oldest.occurred_at, oldest.touchpoint_id))
