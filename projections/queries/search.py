"""Search: customers, interactions and messages in which some words are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import (
    customer_card,
    customer_timeline,
    interaction_view,
    queue_board,
    search_index,
)
from projections.queries import groups, hits, places
from projections.queries.customer import Card, cards
from projections.queries.hits import InteractionHit, MessageHit
from projections.queries.looking import Asked, Columns, Corpus, look
from projections.queries.paging import Cursor, Page, at_most
from projections.queries.wanted import Key, Wanted, of_customer

MOST_SORTED: Final = 1000
"""Customers that are brought into order, of all that match."""

_MESSAGES: Final = Corpus(search_index.DOCUMENTS, "document_id")
_INTERACTIONS: Final = Corpus(search_index.INTERACTIONS, "interaction_id")
_CARD: Final = customer_card.TABLE.c
_INDEX: Final = sa.table(
    "identifier_index",
    sa.column("kind", sa.Text),
    sa.column("digest", sa.LargeBinary),
    sa.column("customer", pg.UUID),
    schema="touchline_store",
)
_VIEW: Final = interaction_view.VIEW.c
_MESSAGE: Final = interaction_view.MESSAGES.c
_TIMELINE: Final = customer_timeline.TABLE.c
_BOARD: Final = queue_board.TABLE.c
_OPEN: Final = _BOARD.state != sa.literal_column("'closed'")


_CAME_TO_PARTS: Final = (
    sa.select(_TIMELINE.interaction_id)
    .select_from(queue_board.TABLE)
    .join(interaction_view.VIEW, _VIEW.interaction_id == _BOARD.interaction_id)
    .join(interaction_view.MESSAGES, _MESSAGE.interaction_id == _BOARD.interaction_id)
    .join(
        customer_timeline.TABLE,
        _TIMELINE.touchpoint_id == _MESSAGE.touchpoint_id,
    )
    .where(_VIEW.split_from.is_not(None))
)
"""Where the contacts came that open work got by a split."""


def _holds_messages(of: Columns) -> bool:
    return "document_id" in of


def _place(of: Columns) -> sa.ColumnElement[Any]:
    """The interaction that a row of the index belongs to now."""
    came: sa.ColumnElement[Any] = of.interaction_id
    return places.now(of.document_id, came) if _holds_messages(of) else came


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits have in common; empty where it does not matter.

    `queues` are the names under which work of the wanted queue is stored. `since` is
    the first moment, `until` the first one after. `agent` is who has the interaction in
    hand now.
    """

    channel: str = ""
    queues: tuple[str, ...] = ()
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    agent: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return self != Filters()

    def narrowed(self, of: Columns) -> list[sa.ColumnElement[bool]]:
        """The conditions on a row of the index, but for its time."""
        channel = [of.channel == self.channel] if self.channel else []
        if self._of_open_work:
            return [*channel, *self._in_open_work(of)]
        conditions = [*self._kept(_VIEW)]
        if not conditions:
            return channel
        same = _VIEW.interaction_id == _place(of)
        return [*channel, sa.exists().where(same, *conditions)]

    @property
    def _of_open_work(self) -> bool:
        return bool(self.agent) or self.state not in {"", "closed"}

    def _kept(self, of: Columns) -> Iterator[sa.ColumnElement[bool]]:
        if self.queues:
            yield of.queue.in_(self.queues)
        if self.state:
            yield of.state == self.state

    def _in_open_work(self, of: Columns) -> list[sa.ColumnElement[bool]]:
        """Found by an index from where it came, then judged by where it is."""
        mine = [_BOARD.agent == self.agent] if self.agent else []
        conditions = _OPEN, *self._kept(_BOARD), *mine
        there = sa.select(_BOARD.interaction_id).where(*conditions)
        if not _holds_messages(of):
            return [of.interaction_id.in_(there)]
        came = sa.union_all(there, _CAME_TO_PARTS.where(*conditions))
        return [of.interaction_id.in_(came), _place(of).in_(there)]

    def asked(self, words: tuple[str, ...]) -> Asked:
        """Words under these filters; open work is never very much."""
        return Asked(
            words, self.since, self.until, self.narrowed, few=self._of_open_work
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, in groups; `next` leads to more messages."""

    customers: tuple[Card, ...] = ()
    interactions: tuple[InteractionHit, ...] = ()
    messages: tuple[MessageHit, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each group at most."""

    customers: int = 5
    interactions: int = 10
    messages: int = 25


async def everything(
    connection: AsyncConnection,
    wanted: Wanted,
    filters: Filters = Filters(),
    sizes: Sizes = Sizes(),
    after: Cursor | None = None,
) -> Found:
    """A page of everything; beyond the first there are messages only."""
    if not wanted.words:
        return Found()
    said = await messages(connection, wanted, filters, sizes.messages, after)
    if after is not None:
        return Found(messages=said.items, next=said.next)
    work = await interactions(connection, wanted, filters, sizes.interactions)
    people = (
        ()
        if filters.any
        else await customers(connection, wanted, limit=sizes.customers)
    )
    return Found(people, work, said.items, said.next)


async def customers(
    connection: AsyncConnection, wanted: Wanted, *, limit: int = 20
) -> tuple[Card, ...]:
    """Who owns the identifier exactly, then others, the latest contact first.

    Who was merged is found by what any of them is known by, and once. Of more than
    `MOST_SORTED` that match, some that many are brought into this order.
    """
    if not wanted.words:
        return ()
    matching = _matching(wanted).cte("matching").prefix_with("MATERIALIZED")
    owned = sa.literal([{"value": wanted.exact}], pg.JSONB)
    found = (
        sa.select(
            groups.root(_CARD.customer_id).label("person"),
            sa.or_(
                _CARD.identifiers.contains(owned),
                _CARD.customer_id.in_(_owner(wanted.key or ("", b""))),
            ).label("owned"),
            _CARD.last_contact_at,
        )
        .join(matching, matching.c.customer_id == _CARD.customer_id)
        .subquery()
    )
    rows = await connection.scalars(
        sa.select(found.c.person)
        .group_by(found.c.person)
        .order_by(
            sa.func.bool_or(found.c.owned).desc(),
            sa.func.max(found.c.last_contact_at).desc().nulls_last(),
            found.c.person,
        )
        .limit(at_most(limit))
    )
    return await cards(connection, rows.all())


async def owner(connection: AsyncConnection, key: Key) -> UUID | None:
    """Who claimed an identifier, in whatever form it is written."""
    found: UUID | None = await connection.scalar(_owner(key))
    return found


def _owner(key: Key) -> sa.Select[Any]:
    kind, digest = key
    return sa.select(_INDEX.c.customer).where(
        _INDEX.c.kind == kind, _INDEX.c.digest == digest
    )


def _matching(wanted: Wanted) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """By their words; and who claimed another form of the identifier."""
    by_words = (
        sa.select(search_index.CUSTOMERS.c.customer_id)
        .where(search_index.CUSTOMER_WORDS.bool_op("@@")(of_customer(wanted)))
        .limit(MOST_SORTED)
    )
    if wanted.key is None:
        return by_words
    return sa.union(sa.select(by_words.subquery()), _owner(wanted.key))


async def interactions(
    connection: AsyncConnection, wanted: Wanted, filters: Filters, limit: int
) -> tuple[InteractionHit, ...]:
    """The one with the number, then those with the words, the latest opened first."""
    numbered = await _numbered(connection, wanted, filters)
    asked = filters.asked(wanted.words)
    page = await look(connection, _INTERACTIONS, asked, at_most(limit))
    ids = [*numbered, *(id_ for id_ in page.items if id_ not in numbered)]
    return await hits.interactions(connection, ids[:limit], wanted.words)


async def _numbered(
    connection: AsyncConnection, wanted: Wanted, filters: Filters
) -> Sequence[UUID]:
    """Read where it is at once, even before the search index has it."""
    if wanted.number is None or filters.any:
        return ()
    rows = await connection.execute(
        sa.select(_VIEW.interaction_id).where(_VIEW.number == wanted.number)
    )
    return rows.scalars().all()


async def messages(
    connection: AsyncConnection,
    wanted: Wanted,
    filters: Filters,
    limit: int,
    after: Cursor | None = None,
) -> Page[MessageHit]:
    """Messages and notes, the latest first."""
    asked = filters.asked(wanted.words)
    page = await look(connection, _MESSAGES, asked, at_most(limit), after)
    found = await hits.messages(connection, page.items, wanted.words)
    return Page(found, page.next)
