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
from projections import customer_card, customer_timeline, queue_board
from projections.queries.paging import Cursor, Page, at_most, encode, split

_BOARD = queue_board.TABLE.c
_CARD = customer_card.TABLE.c
_TIMELINE = customer_timeline.TABLE.c

_PREVIEW_LENGTH = 300
"""Characters of a message that are read to find its first line."""

# A literal, not a parameter: only so the partial index on open work applies.
_OPEN = _BOARD.state != sa.literal_column("'closed'")


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
        if self.channel == "phone" and not self.subject:
            return f"Call to {self.called}, {self.call}" if self.called else self.call
        return self.subject or self.preview


def _of_latest(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Something of the customer's latest contact.

    Not a join: so it is read for the rows of a page alone, after they are chosen.
    """
    return (
        sa.select(column)
        .where(
            _TIMELINE.interaction_id == _BOARD.interaction_id,
            _TIMELINE.direction == "in",
        )
        .order_by(_TIMELINE.occurred_at.desc(), _TIMELINE.touchpoint_id.desc())
        .limit(1)
        .scalar_subquery()
    )


_PREVIEW = sa.case(
    (_BOARD.subject == "", _of_latest(sa.func.left(_TIMELINE.text, _PREVIEW_LENGTH))),
)
_CALLED = sa.case((_BOARD.channel == "phone", _of_latest(_TIMELINE.destination)))
_JOINED: dict[str, sa.ColumnElement[Any]] = {
    "customer_name": _CARD.name,
    "preview": _PREVIEW,
    "call": _BOARD.signals,
    "called": _CALLED,
}
_WORK_COLUMNS = [
    (_JOINED[name] if name in _JOINED else _BOARD[name]).label(name)
    for name in (field.name for field in fields(WorkRow))
]
_UNTOUCHED = sa.func.coalesce(_BOARD.last_contact_at, _BOARD.opened_at)
_ORDER = (
    _BOARD.waiting_since.nulls_last(),
    sa.case((_BOARD.waiting_since.is_(None), _UNTOUCHED)),
    _BOARD.interaction_id,
)
_WORK = (
    sa.select(*_WORK_COLUMNS)
    .select_from(queue_board.TABLE)
    .outerjoin(customer_card.TABLE, _CARD.customer_id == _BOARD.customer_id)
    .where(_OPEN)
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
        .where(_OPEN)
        .group_by(_BOARD.queue)
    )
    lines: dict[str, QueueLine] = {}
    for queue, *figures in found:
        line = QueueLine(heirs.get(queue, queue), *figures)
        before = lines.get(line.name)
        lines[line.name] = line if before is None else before.with_(line)
    others = sorted(set(lines) - set(names))
    return tuple(lines.get(name, QueueLine(name)) for name in [*names, *others])


async def queue_work(
    connection: AsyncConnection,
    queue: str | None,
    *,
    also: Collection[str] = (),
    after: Cursor | None = None,
    limit: int = 50,
) -> Page[WorkRow]:
    """Open work of one queue, or of all: the longest waiting first.

    Then follows what is handled, the longest untouched first. What is set aside is
    not there until its time comes. `also` are removed queues whose work it got.
    """
    query = _WORK
    if queue is not None:
        query = query.where(_BOARD.queue.in_([queue, *also]))
    return await _page(connection, query, after, limit)


async def group_work(
    connection: AsyncConnection,
    group: str,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page[WorkRow]:
    """What waits for a group, the longest waiting first."""
    return await _page(connection, _WORK.where(_for_group([group])), after, limit)


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
        .where(_for_group(names))
        .group_by(_BOARD.for_group)
    )
    lines = {row[0]: QueueLine(*row) for row in found}
    return tuple(lines.get(name, QueueLine(name)) for name in names)


def _for_group(names: Sequence[str]) -> sa.ColumnElement[bool]:
    # A literal as well, so that the partial index applies.
    some = _BOARD.for_group != sa.literal_column("''")
    return sa.and_(some, _BOARD.for_group.in_(names))


async def _page(
    connection: AsyncConnection,
    query: sa.Select[Any],
    after: Cursor | None,
    limit: int,
) -> Page[WorkRow]:
    limit = at_most(limit)
    query = query.where(_BOARD.follow_up_at.is_(None)).order_by(*_ORDER)
    if after is not None:
        query = query.where(_beyond(after))
    rows = await connection.execute(query.limit(limit + 1))
    items, more = split([_work(row) for row in rows], limit)
    return Page(items, _next(items[-1]) if more else "")


async def own_work(
    connection: AsyncConnection, agent: str, *, limit: int = 50
) -> tuple[WorkRow, ...]:
    """What an agent has in hand, the longest untouched first, and what is set aside."""
    rows = await connection.execute(
        _WORK.where(_BOARD.agent == agent)
        .order_by(_BOARD.follow_up_at.nulls_first(), _UNTOUCHED, _BOARD.interaction_id)
        .limit(at_most(limit))
    )
    return tuple(_work(row) for row in rows)


def _work(row: sa.Row[Any]) -> WorkRow:
    values = row._asdict()
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
    if values["channel"] != "phone":
        return ""
    return call_state(map(from_stored, values["call"])).state


def _next(last: WorkRow) -> str:
    untouched = last.last_contact_at or last.opened_at
    return encode(Cursor(last.waiting_since, last.interaction_id, untouched))


def _beyond(after: Cursor) -> sa.ColumnElement[bool]:
    if after.at is None:
        untouched = sa.literal(after.then, sa.DateTime(timezone=True))
        place = sa.tuple_(_UNTOUCHED, _BOARD.interaction_id)
        return sa.and_(
            _BOARD.waiting_since.is_(None),
            place > sa.tuple_(untouched, sa.literal(after.id)),
        )
    return sa.or_(
        sa.tuple_(_BOARD.waiting_since, _BOARD.interaction_id)
        > sa.tuple_(sa.literal(after.at), sa.literal(after.id)),
        _BOARD.waiting_since.is_(None),
    )
