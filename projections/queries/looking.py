"""Find the newest rows with some words, in bounded time however many have them.

PostgreSQL's word index knows no order: what it finds has to be sorted as a whole, which
is quick for rare words only. What is frequent is among the newest rows anyway. So the
newest are looked through first, in windows; the index is asked for the rest where the
window has shown that the rest is small.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.queries.paging import Cursor, Page, encode
from projections.queries.wanted import all_of

WINDOW: Final = 5000
WINDOWS: Final = 4
"""How many rows are looked through at once, and how often at most for one page."""

OFTEN: Final = WINDOW // 200
"""Hits in a window that make all words together frequent."""

COMMON: Final = WINDOW // 5
"""Hits in a window that make one word too common for the index to be asked for it."""

Columns = Any
Narrowing = Callable[[Columns], Sequence[sa.ColumnElement[bool]]]
"""Conditions on a row's columns, beside its words."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A table with words: its rows are in the order of `at`, then of `id`."""

    table: sa.Table
    id: str

    def order(self, of: Columns) -> list[sa.ColumnElement[Any]]:
        """The newest first."""
        return [of.at.desc(), of[self.id].desc()]

    def beyond(self, of: Columns, place: Cursor | None) -> list[sa.ColumnElement[bool]]:
        """Older than a place in that order."""
        if place is None:
            return []
        then = sa.tuple_(sa.literal(place.at), sa.literal(place.id))
        return [sa.tuple_(of.at, of[self.id]) < then]


@dataclass(frozen=True, slots=True)
class Asked:
    """Words, each the beginning of one; a span of time; and more conditions.

    `few` says that these conditions leave few rows, which can be found by them.
    """

    words: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    narrowed: Narrowing
    few: bool = False


async def look(
    connection: AsyncConnection,
    corpus: Corpus,
    asked: Asked,
    limit: int,
    after: Cursor | None = None,
) -> Page[UUID]:
    """The ids of the newest rows beyond `after`, at most `limit`.

    A page may hold fewer although there are more: then `next` goes on where the look
    has ended.
    """
    return await _Look(connection, corpus, asked, limit).page(after)


@dataclass(frozen=True, slots=True)
class _Look:
    connection: AsyncConnection
    corpus: Corpus
    asked: Asked
    limit: int

    async def page(self, after: Cursor | None) -> Page[UUID]:
        if self.asked.few:
            return self._page(await self._by_conditions(after))
        found: list[Cursor] = []
        place = after
        for turn in range(WINDOWS):
            found += await self._in_window(place, self.limit + 1 - len(found))
            if len(found) > self.limit:
                return self._page(found)
            end = await self._end(place)
            if end is None:
                return self._page(found)
            rare = await self._rare(place) if turn == 0 else ()
            if rare:
                return self._page(found + await self._by_index(rare, end))
            place = end
        return Page(tuple(one.id for one in found), encode(place) if place else "")

    def _page(self, found: Sequence[Cursor]) -> Page[UUID]:
        ids = tuple(one.id for one in found[: self.limit])
        more = len(found) > self.limit
        return Page(ids, encode(found[self.limit - 1]) if more else "")

    async def _in_window(self, place: Cursor | None, most: int) -> list[Cursor]:
        recent = self._window(place, *self.corpus.table.c).c
        query = sa.select(recent.at, recent[self.corpus.id]).where(
            recent.words.bool_op("@@")(all_of(self.asked.words)),
            *self.asked.narrowed(recent),
        )
        return await self._found(query.order_by(*self.corpus.order(recent)), most)

    async def _end(self, place: Cursor | None) -> Cursor | None:
        """The last row of a full window."""
        of = self.corpus.table.c
        rows = sa.select(of.at, of[self.corpus.id]).where(*self._span(of, place))
        rows = rows.order_by(*self.corpus.order(of)).offset(WINDOW - 1)
        return next(iter(await self._found(rows, 1)), None)

    async def _rare(self, place: Cursor | None) -> tuple[str, ...]:
        """Words to ask the index for; none if all together are frequent."""
        recent = self._window(place, self.corpus.table.c.words).c
        together, *each = [
            sa.func.count().filter(recent.words.bool_op("@@")(all_of(wanted)))
            for wanted in (self.asked.words, *((one,) for one in self.asked.words))
        ]
        counted = (await self.connection.execute(sa.select(together, *each))).one()
        if counted[0] >= OFTEN:
            return ()
        hits = sorted(zip(counted[1:], self.asked.words, strict=True))
        return tuple(w for n, w in hits if n < COMMON) or (hits[0][1],)

    async def _by_index(self, rare: tuple[str, ...], place: Cursor) -> list[Cursor]:
        of = self.corpus.table.c
        rest = [word for word in self.asked.words if word not in rare]
        # As a function the condition is out of the index's sight.
        filters = [sa.func.ts_match_vq(of.words, all_of(rest))] if rest else []
        # Set apart: or else the order tempts the planner to walk through everything.
        hits = (
            sa.select(*(one for one in of if one.name != "words"))
            .where(of.words.bool_op("@@")(all_of(rare)), *filters)
            .where(*self._span(of, place))
            .cte("hits")
            .prefix_with("MATERIALIZED")
        )
        query = sa.select(hits.c.at, hits.c[self.corpus.id])
        query = query.where(*self.asked.narrowed(hits.c))
        return await self._found(
            query.order_by(*self.corpus.order(hits.c)), self.limit + 1
        )

    async def _by_conditions(self, place: Cursor | None) -> list[Cursor]:
        of = self.corpus.table.c
        hits = (
            sa.select(of.at, of[self.corpus.id])
            .where(of.words.bool_op("@@")(all_of(self.asked.words)))
            .where(*self._span(of, place), *self.asked.narrowed(of))
            .cte("hits")
            .prefix_with("MATERIALIZED")
        )
        query = sa.select(hits).order_by(*self.corpus.order(hits.c))
        return await self._found(query, self.limit + 1)

    def _window(self, place: Cursor | None, *columns: Any) -> sa.Subquery:
        of = self.corpus.table.c
        rows = sa.select(*columns).where(*self._span(of, place))
        return rows.order_by(*self.corpus.order(of)).limit(WINDOW).subquery("recent")

    def _span(self, of: Columns, place: Cursor | None) -> list[sa.ColumnElement[bool]]:
        since = [of.at >= self.asked.since] if self.asked.since else []
        until = [of.at < self.asked.until] if self.asked.until else []
        return [*since, *until, *self.corpus.beyond(of, place)]

    async def _found(self, query: sa.Select[Any], most: int) -> list[Cursor]:
        rows = await self.connection.execute(query.limit(most))
        return [Cursor(row[0], row[1]) for row in rows]
