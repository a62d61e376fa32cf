"""Search: customers, interactions and messages in which some words are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, interaction_view, queue_board, search_index
from projections.queries import hits
from projections.queries.customer import Card, card_of
from projections.queries.hits import InteractionHit, MessageHit
from projections.queries.looking import Asked, Columns, Corpus, look
from projections.queries.paging import Cursor, Page, at_most
from projections.queries.wanted import Wanted, of_customer

MOST_SORTED: Final = 1000
"""Customers that are brought into order, of all that match."""

_MESSAGES: Final = Corpus(search_index.DOCUMENTS, "document_id")
_INTERACTIONS: Final = Corpus(search_index.INTERACTIONS, "interaction_id")
_CARD: Final = customer_card.TABLE.c
_VIEW: Final = interaction_view.VIEW.c
_BOARD: Final = queue_board.TABLE.c
_OPEN: Final = _BOARD.state != sa.literal_column("'closed'")


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits have in common; empty where it does not matter.

    `since` is the first moment, `until` the first one after. `agent` is who has the
    interaction in hand now.
    """

    channel: str = ""
    queue: str = ""
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
            return [*channel, of.interaction_id.in_(self._open())]
        conditions = [
            _VIEW[name] == value
            for name, value in (("queue", self.queue), ("state", self.state))
            if value
        ]
        if not conditions:
            return channel
        same = _VIEW.interaction_id == of.interaction_id
        return [*channel, sa.exists().where(same, *conditions)]

    @property
    def _of_open_work(self) -> bool:
        return bool(self.agent) or self.state not in {"", "closed"}

    def _open(self) -> sa.Select[Any]:
        conditions = [
            _BOARD[name] == value
            for name, value in (
                ("queue", self.queue),
                ("state", self.state),
                ("agent", self.agent),
            )
            if value
        ]
        return sa.select(_BOARD.interaction_id).where(_OPEN, *conditions)

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

    Of more than `MOST_SORTED` that match, some that many are brought into this order.
    """
    if not wanted.words:
        return ()
    matching = (
        sa.select(search_index.CUSTOMERS.c.customer_id)
        .where(search_index.CUSTOMER_WORDS.bool_op("@@")(of_customer(wanted)))
        .limit(MOST_SORTED)
        .cte("matching")
        .prefix_with("MATERIALIZED")
    )
    owned = sa.literal([{"value": wanted.exact}], pg.JSONB)
    rows = await connection.execute(
        sa.select(customer_card.TABLE)
        .join(matching, matching.c.customer_id == _CARD.customer_id)
        .order_by(
            _CARD.identifiers.contains(owned).desc(),
            _CARD.last_contact_at.desc().nulls_last(),
            _CARD.customer_id,
        )
        .limit(at_most(limit))
    )
    return tuple(card_of(row) for row in rows)


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
