"""Customers who are one person: the store's heads, joined when something is read.

Read models say whose contacts are; after a merge they are also the root's, as long as
it is not undone. Nothing in them is rewritten.
"""

from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card

_HEADS: Final = sa.table(
    "customer_head",
    sa.column("customer", pg.UUID),
    sa.column("root", pg.UUID),
    schema="touchline_store",
)
_LINKS: Final = sa.table(
    "customer_link",
    sa.column("customer", pg.UUID),
    sa.column("merged_into", pg.UUID),
    schema="touchline_store",
)
_CARD: Final = customer_card.TABLE.c
_IDS: Final = pg.ARRAY(pg.UUID)


class Group(NamedTuple):
    """Customers who are one person; `members` begin with the root."""

    root: UUID
    members: tuple[UUID, ...]


def root(customer: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Who a customer belongs to in the end: itself, if it is a part of nobody."""
    found = sa.select(_HEADS.c.root).where(_HEADS.c.customer == customer)
    own = found.correlate_except(_HEADS).scalar_subquery()
    return sa.func.coalesce(own, customer)


def same(customer: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """An array of all who are one person with a customer, itself included."""
    parts = _HEADS.alias("same")
    found = sa.select(parts.c.customer).where(
        parts.c.root == root(customer), parts.c.root != parts.c.customer
    )
    found = found.correlate_except(parts)
    array = sa.func.array(found.scalar_subquery(), type_=_IDS)
    return sa.func.array_prepend(root(customer), array, type_=_IDS)


_named = customer_card.TABLE.alias("named")
_PARTS: Final = _HEADS.alias("parts")
_OF_PART: Final = (
    sa.select(_named.c.name)
    .join(_PARTS, _PARTS.c.customer == _named.c.customer_id)
    .where(
        _PARTS.c.root == _CARD.customer_id,
        _PARTS.c.root != _PARTS.c.customer,
        _named.c.name != "",
    )
    .order_by(_named.c.last_contact_at.desc().nulls_last(), _named.c.customer_id)
    .limit(1)
    .correlate(customer_card.TABLE)
    .scalar_subquery()
)
NAME: Final = sa.func.coalesce(sa.func.nullif(_CARD.name, ""), _OF_PART, "")
"""How the person on a root's card is called; the newest part's name if it has none."""


async def of(connection: AsyncConnection, customer: UUID) -> Group:
    """The group of a customer; itself alone if nobody is one person with it."""
    found = await of_each(connection, [customer])
    return found[customer]


async def of_each(
    connection: AsyncConnection, customers: list[UUID]
) -> dict[UUID, Group]:
    """The group of each customer."""
    each = sa.func.unnest(sa.literal(customers, _IDS)).label("customer")
    asked = sa.select(each).subquery("asked")
    part = sa.and_(
        _PARTS.c.root == root(asked.c.customer), _PARTS.c.root != _PARTS.c.customer
    )
    rows = await connection.execute(
        sa.select(asked.c.customer, root(asked.c.customer), _PARTS.c.customer)
        .select_from(asked)
        .outerjoin(_PARTS, part)
        .order_by(_PARTS.c.customer)
    )
    found: dict[UUID, list[UUID]] = {}
    for customer, top, member in rows:
        members = found.setdefault(customer, [top])
        members += [member] if member else []
    return {one: Group(members[0], tuple(members)) for one, members in found.items()}


async def below(connection: AsyncConnection, customer: UUID) -> Group:
    """A customer and all that was merged into it: what undoing its merge gives back."""
    top = sa.select(sa.literal(customer, pg.UUID).label("id")).cte(recursive=True)
    # UNION, not UNION ALL: whatever the links say, this comes to an end.
    every = top.union(
        sa.select(_LINKS.c.customer).join(top, _LINKS.c.merged_into == top.c.id)
    )
    found = set(await connection.scalars(sa.select(every.c.id)))
    others = sorted(found - {customer}, key=str)
    return Group(customer, (customer, *others))
