"""The board: how full the queues are, and the open work in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from events.calls import call_state, from_stored
from projections import (
    customer_card,
    customer_timeline,
    interaction_view,
    queue_board,
)
from projections.queries import groups, places
from projections.queries.ordering import (
    FOR_GROUP,
    OPEN,
    UNTOUCHED,
    Filter,
    Place,
    Stretch,
    decode,
    encode,
    stretches,
)
from projections.queries.paging import Page, at_most, split

_BOARD = queue_board.TABLE.c
_CARD = customer_card.TABLE.c
_TIMELINE = customer_timeline.TABLE.c
_MESSAGE = interaction_view.MESSAGES.c
_SAME = _TIMELINE.touchpoint_id == _MESSAGE.touchpoint_id

_PREVIEW_LENGTH = 300
"""Characters of a message that are read to find its first line."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue: how many wait, since when the first of them, how many are handled.

    `deferred` are set aside until a date.
    """

    name: str
    waiting: int = 0
    oldest: datetime | None = None
    handling: int = 0
    deferred: int = 0

    def with_(self, other: "QueueLine") -> "QueueLine":
        """This one, with what is in another one."""
        begun = [one.oldest for one in (self, other) if one.oldest is not None]
        return QueueLine(
            self.name,
            self.waiting + other.waiting,
            min(begun, default=None),
            self.handling + other.handling,
            self.deferred + other.deferred,
        )


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One open interaction, with the name of its customer where known.

    Without a subject, `preview` is how the customer's latest message begins. For calls,
    `call` is the state of `events.calls.CallState`, and `called` our number.
    """

    interaction_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    channel: str
    subject: str
    sender: str
    opened_at: datetime
    state: str
    queue: str
    agent: str
    for_group: str
    waiting_since: datetime | None
    last_contact_at: datetime | None
    contacts: int
    follow_up_at: datetime | None
    priority: str
    tags: tuple[str, ...]
    preview: str
    call: str
    called: str

    @property
    def about(self) -> str:
        """What it is about, in one line; empty if nothing says so."""
        if self.call and not self.subject:
            return f"Call to {self.called}, {self.call}" if self.called else self.call
        return self.subject or self.preview


def _of_latest(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Something of the customer's latest contact.

    Not a join: so it is read for the rows of a page alone, after they are chosen.
    """
    return (
        sa.select(column)
        .select_from(interaction_view.MESSAGES)
        .join(customer_timeline.TABLE, _SAME)
        .outerjoin(places.TABLE, places.TABLE.c.touchpoint == _MESSAGE.touchpoint_id)
        .where(
            _MESSAGE.interaction_id == _BOARD.interaction_id,
            places.place(_MESSAGE.interaction_id) == _BOARD.interaction_id,
            _MESSAGE.direction == "in",
        )
        .order_by(_MESSAGE.occurred_at.desc(), _MESSAGE.touchpoint_id.desc())
        .limit(1)
        .scalar_subquery()
    )


_PREVIEW = sa.case(
    (_BOARD.subject == "", _of_latest(sa.func.left(_TIMELINE.text, _PREVIEW_LENGTH))),
)
_CALLED = sa.case((_BOARD.channel == "phone", _of_latest(_TIMELINE.destination)))
_JOINED: dict[str, sa.ColumnElement[Any]] = {
    "customer_name": groups.NAME,
    "preview": _PREVIEW,
    "call": _BOARD.signals,
    "called": _CALLED,
}
# Literals, not parameters: only so the partial index applies.
_IN_HAND = _BOARD.state.in_(
    [sa.literal_column(f"'{one}'") for one in ("handling", "wrap_up", "deferred")]
)
_NAMES = [field.name for field in fields(WorkRow)]
_WORK_COLUMNS = [
    (_JOINED[name] if name in _JOINED else _BOARD[name]).label(name) for name in _NAMES
]
_WORK = (
    sa.select(*_WORK_COLUMNS)
    .select_from(queue_board.TABLE)
    .outerjoin(
        customer_card.TABLE, _CARD.customer_id == groups.root(_BOARD.customer_id)
    )
    .where(OPEN)
)


async def queue_summary(
    connection: AsyncConnection,
    names: Sequence[str],
    heirs: Mapping[str, str] = MappingProxyType({}),
) -> tuple[QueueLine, ...]:
    """The named queues in this order; then others, where work is left in them.

    What is in a queue that has an heir counts as the heir's.
    """
    # Exactly what waits has `waiting_since`, and what is deferred `follow_up_at`: so
    # the index alone can answer.
    waiting = sa.func.count(_BOARD.waiting_since)
    deferred = sa.func.count(_BOARD.follow_up_at)
    found = await connection.execute(
        sa.select(
            _BOARD.queue,
            waiting,
            sa.func.min(_BOARD.waiting_since),
            sa.func.count() - waiting - deferred,
            deferred,
        )
        .where(OPEN)
        .group_by(_BOARD.queue)
    )
    lines: dict[str, QueueLine] = {}
    for queue, *figures in found:
        line = QueueLine(heirs.get(queue, queue), *figures)
        before = lines.get(line.name)
        lines[line.name] = line if before is None else before.with_(line)
    others = sorted(set(lines) - set(names))
    return tuple(lines.get(name, QueueLine(name)) for name in [*names, *others])


async def group_summary(
    connection: AsyncConnection, names: Sequence[str]
) -> tuple[QueueLine, ...]:
    """How much waits for each of these groups, and since when."""
    found = await connection.execute(
        sa.select(
            _BOARD.for_group,
            sa.func.count(_BOARD.waiting_since),
            sa.func.min(_BOARD.waiting_since),
        )
        .where(FOR_GROUP, _BOARD.for_group.in_(names))
        .group_by(_BOARD.for_group)
    )
    lines = {row[0]: QueueLine(*row) for row in found}
    return tuple(lines.get(name, QueueLine(name)) for name in names)


async def latest_arrival(connection: AsyncConnection) -> datetime | None:
    """Since when that waits which came last, in all queues."""
    waits = _BOARD.waiting_since
    latest: datetime | None = await connection.scalar(sa.select(sa.func.max(waits)))
    return latest


async def waiting(connection: AsyncConnection) -> int:
    """How many wait in all queues."""
    waits = _BOARD.waiting_since.is_not(None)
    count = sa.select(sa.func.count()).where(waits)
    return await connection.scalar(count) or 0


async def numbers_of(
    connection: AsyncConnection, interactions: Collection[UUID]
) -> dict[UUID, int]:
    """The human numbers of interactions; unknown ones are missing."""
    rows = await connection.execute(
        sa.select(_BOARD.interaction_id, _BOARD.number).where(
            _BOARD.interaction_id.in_(interactions)
        )
    )
    return {key: number for key, number in rows}  # noqa: C416  (typed)


async def work(
    connection: AsyncConnection, chosen: Filter, *, cursor: str = "", limit: int = 50
) -> Page[WorkRow]:
    """Open work in the order that is asked for; `cursor` is an earlier page's `next`.

    Raises:
        paging.BadCursorError: the cursor is not one of this order.
    """
    order, limit = stretches(chosen), at_most(limit)
    place = decode(cursor, order)
    found: list[tuple[Place, WorkRow]] = []
    for number, stretch in enumerate(order):
        if len(found) > limit or (place and number < place.stretch):
            continue
        keys = place.keys if place and number == place.stretch else None
        query = _in_stretch(chosen, stretch, keys, limit + 1 - len(found))
        found += [
            (Place(number, tuple(row)[-len(stretch.keys) :]), _work(row))
            for row in await connection.execute(query)
        ]
    items, more = split(found, limit)
    after = encode(items[-1][0]) if more else ""
    return Page(tuple(row for _, row in items), after)


def _in_stretch(
    chosen: Filter, stretch: Stretch, after: tuple[Any, ...] | None, limit: int
) -> sa.Select[Any]:
    """Rows with their keys. They are chosen first, and only these are joined."""
    keys = [key.label(f"key_{number}") for number, key in enumerate(stretch.keys)]
    query = sa.select(_BOARD.interaction_id.label("chosen"), *keys)
    query = query.where(*chosen.where, stretch.where).order_by(*stretch.order)
    if after is not None:
        query = query.where(stretch.beyond(after))
    rows = query.limit(limit).subquery()
    found = [rows.c[key.name] for key in keys]
    order = [key.desc() if stretch.descending else key for key in found]
    same = rows.c.chosen == _BOARD.interaction_id
    return _WORK.join(rows, same).add_columns(*found).order_by(*order)


async def own_work(
    connection: AsyncConnection, agent: str, *, limit: int = 50
) -> tuple[WorkRow, ...]:
    """What an agent has in hand, the longest untouched first, and what is set aside."""
    rows = await connection.execute(
        _WORK.where(_IN_HAND, _BOARD.agent == agent)
        .order_by(_BOARD.follow_up_at.nulls_first(), UNTOUCHED, _BOARD.interaction_id)
        .limit(at_most(limit))
    )
    return tuple(_work(row) for row in rows)


def _work(row: sa.Row[Any]) -> WorkRow:
    values = {name: getattr(row, name) for name in _NAMES}
    texts = {name: values[name] or "" for name in ("customer_name", "called")}
    preview = _first_line(values["preview"] or "")
    computed = {
        "preview": preview,
        "call": _call(values),
        "tags": tuple(values["tags"]),
    }
    return WorkRow(**{**values, **texts, **computed})


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _call(values: dict[str, Any]) -> str:
    """Empty for what is no call, and for a call that somebody noted by hand."""
    if values["channel"] != "phone" or not values["call"]:
        return ""
    return call_state(map(from_stored, values["call"])).state
