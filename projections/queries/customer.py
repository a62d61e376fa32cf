"""A customer: the card, and the whole history over all channels.

Who was merged is one person: what is asked of one of them is answered of all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import calls, customer_card, customer_timeline, interaction_view
from projections.queries import attributions, groups, places
from projections.queries.groups import Group
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
    """One identifier, normalised and as it arrived, and the customer who claimed it.

    `shared`: several people use it.
    """

    kind: str
    value: str
    raw: str
    customer_id: UUID
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A customer who is a part of another one."""

    customer_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who it is and the history at a glance; `by_channel` counts contacts both ways.

    `customer_id` is the root's where customers were merged; `members` are its parts.
    """

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
    members: tuple[Member, ...] = ()

    def covers(self, customer: UUID) -> bool:
        """Whether it is the card of this customer, too."""
        return customer in {self.customer_id, *(m.customer_id for m in self.members)}

    def name_of(self, member: UUID) -> str:
        """How a part is called; empty if nobody knows, or it is none."""
        return next((m.name for m in self.members if m.customer_id == member), "")


_OF_MESSAGE: Final = sa.and_(
    MESSAGES.interaction_id == TIMELINE.interaction_id,
    MESSAGES.touchpoint_id == TIMELINE.touchpoint_id,
)
_CONTACTS: Final = (
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
    .outerjoin(interaction_view.MESSAGES, _OF_MESSAGE)
    .outerjoin(calls.TABLE, of_call(TIMELINE))
    .order_by(TIMELINE.occurred_at.desc(), TIMELINE.touchpoint_id.desc())
)


async def card(
    connection: AsyncConnection, customer: UUID, *, group: Group | None = None
) -> Card | None:
    """The card of a person; None if nobody has that id (yet).

    `group` is whose card it is: all who are one person with the customer if None.
    """
    group = group or await groups.of(connection, customer)
    found = await _cards(connection, group.members)
    cards = [found[one] for one in group.members if one in found]
    if not cards:
        return None
    counted = [
        replace(one, **await attributions.totals(connection, one.customer_id))
        for one in cards
    ]
    return together(group.root, counted)


async def cards(
    connection: AsyncConnection, customers: Sequence[UUID]
) -> tuple[Card, ...]:
    """The cards of several people in this order; who is not known yet is left out.

    What was re-attributed is not counted anew: the totals are those of their streams.
    """
    each = await groups.of_each(connection, list(customers))
    found = await _cards(connection, [m for one in each.values() for m in one.members])
    known = (
        (group.root, [found[one] for one in group.members if one in found])
        for group in (each[one] for one in customers)
    )
    return tuple(together(root, parts) for root, parts in known if parts)


async def _cards(
    connection: AsyncConnection, customers: Sequence[UUID]
) -> dict[UUID, Card]:
    rows = await connection.execute(
        sa.select(customer_card.TABLE).where(_CARD.customer_id.in_(customers))
    )
    return {row.customer_id: _card_of(row) for row in rows}


async def timeline(
    connection: AsyncConnection,
    customer: UUID,
    *,
    before: Cursor | None = None,
    limit: int = 50,
    group: Group | None = None,
) -> Page[Contact]:
    """The newest contacts before a cursor, oldest first; `next` leads further back.

    `group` as above.
    """
    limit = at_most(limit)
    group = group or await groups.of(connection, customer)
    # Each history by its own index, and what is newest of all of them.
    parts = [
        _history(await attributions.shown(connection, one), before).limit(limit + 1)
        for one in group.members
    ]
    rows = await connection.execute(_newest(parts).limit(limit + 1))
    newest, more = split([contact(row) for row in rows], limit)
    return Page(newest[::-1], _earlier(newest[-1]) if more else "")


def _newest(parts: Sequence[sa.Select[Any]]) -> sa.Select[Any]:
    if len(parts) == 1:
        return parts[0]
    every = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    return sa.select(every).order_by(
        every.c.occurred_at.desc(), every.c.touchpoint_id.desc()
    )


def _history(shown: sa.ColumnElement[bool], before: Cursor | None) -> sa.Select[Any]:
    query = _CONTACTS.where(shown)
    if before is None:
        return query
    place = sa.tuple_(TIMELINE.occurred_at, TIMELINE.touchpoint_id)
    return query.where(place < sa.tuple_(sa.literal(before.at), sa.literal(before.id)))


def _card_of(row: sa.Row[Any]) -> Card:
    values = row._asdict()
    whose = values["customer_id"]
    known = [KnownAs(**one, customer_id=whose) for one in values.pop("identifiers")]
    return Card(**values, identifiers=tuple(known))


def together(root: UUID, parts: Sequence[Card]) -> Card:
    """One card of several: called as the root is, else as who was in contact last."""
    channels = Counter[str]()
    for part in parts:
        channels.update(part.by_channel)
    contacts = [one for one in map(_contacted, parts) if one]
    return Card(
        customer_id=root,
        name=next((one.name for one in _by_trust(root, parts) if one.name), ""),
        provisional=all(one.provisional for one in parts),
        identifiers=tuple(known for one in parts for known in one.identifiers),
        known_since=min(one.known_since for one in parts),
        first_contact_at=min((first for first, _ in contacts), default=None),
        last_contact_at=max((last for _, last in contacts), default=None),
        contacts_in=sum(one.contacts_in for one in parts),
        contacts_out=sum(one.contacts_out for one in parts),
        by_channel=dict(channels),
        members=tuple(member for one in parts for member in _members(root, one)),
    )


def _contacted(one: Card) -> tuple[datetime, datetime] | None:
    first, last = one.first_contact_at, one.last_contact_at
    return (first, last) if first and last else None


def _by_trust(root: UUID, parts: Sequence[Card]) -> list[Card]:
    newest = sorted(parts, key=_last, reverse=True)
    return sorted(newest, key=lambda one: one.customer_id != root)


def _last(one: Card) -> tuple[bool, datetime]:
    return one.last_contact_at is not None, one.last_contact_at or one.known_since


def _members(root: UUID, one: Card) -> tuple[Member, ...]:
    own = () if one.customer_id == root else (Member(one.customer_id, one.name),)
    return (*own, *one.members)


def _earlier(oldest: Contact) -> str:
    return encode(Cursor(oldest.occurred_at, oldest.touchpoint_id))
