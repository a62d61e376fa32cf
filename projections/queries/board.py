"""The board: how full the queues are, and the open work in them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, queue_board
from projections.queries.paging import Cursor, Page, at_most, encode, split

_BOARD = queue_board.TABLE.c
_CARD = customer_card.TABLE.c

# A literal, not a parameter: only so the partial index on open work applies.
_OPEN = _BOARD.state != sa.literal_column("'closed'")


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue: how many wait, since when the first of them, how many are handled."""

    name: str
    waiting: int = 0
    oldest: datetime | None = None
    handling: int = 0


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One open interaction, with the name of its customer where known."""

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
    waiting_since: datetime | None
    last_contact_at: datetime | None
    contacts: int


_WORK_COLUMNS = [
    _CARD.name.label(field.name)
    if field.name == "customer_name"
    else _BOARD[field.name]
    for field in fields(WorkRow)
]
_WORK = (
    sa.select(*_WORK_COLUMNS)
    .select_from(queue_board.TABLE)
    .outerjoin(customer_card.TABLE, _CARD.customer_id == _BOARD.customer_id)
    .where(_OPEN)
)


async def queue_summary(
    connection: AsyncConnection, names: Sequence[str]
) -> tuple[QueueLine, ...]:
    """The named queues in this order; then others, where work is left in them."""
    # Exactly what waits has `waiting_since`, so the index alone can answer.
    waiting = sa.func.count(_BOARD.waiting_since)
    found = await connection.execute(
        sa.select(
            _BOARD.queue,
            waiting,
            sa.func.min(_BOARD.waiting_since),
            sa.func.count() - waiting,
        )
        .where(_OPEN)
        .group_by(_BOARD.queue)
    )
    lines = {row[0]: QueueLine(*row) for row in found}
    others = sorted(set(lines) - set(names))
    return tuple(lines.get(name, QueueLine(name)) for name in [*names, *others])


async def queue_work(
    connection: AsyncConnection,
    queue: str | None,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page[WorkRow]:
    """Open work of one queue, or of all: the longest waiting first, then handled."""
    limit = at_most(limit)
    query = _WORK.order_by(_BOARD.waiting_since.nulls_last(), _BOARD.interaction_id)
    if queue is not None:
        query = query.where(_BOARD.queue == queue)
    if after is not None:
        query = query.where(_beyond(after))
    rows = await connection.execute(query.limit(limit + 1))
    items, more = split([_work(row) for row in rows], limit)
    return Page(items, _next(items[-1]) if more else "")


async def own_work(
    connection: AsyncConnection, agent: str, *, limit: int = 50
) -> tuple[WorkRow, ...]:
    """What an agent has in hand, the longest untouched first."""
    rows = await connection.execute(
        _WORK.where(_BOARD.agent == agent)
        .order_by(_BOARD.last_contact_at.nulls_first(), _BOARD.interaction_id)
        .limit(at_most(limit))
    )
    return tuple(_work(row) for row in rows)


def _work(row: sa.Row[Any]) -> WorkRow:
    values = row._asdict()
    return WorkRow(**{**values, "customer_name": values["customer_name"] or ""})


def _next(last: WorkRow) -> str:
    return encode(Cursor(last.waiting_since, last.interaction_id))


def _beyond(after: Cursor) -> sa.ColumnElement[bool]:
    if after.at is None:
        return sa.and_(_BOARD.waiting_since.is_(None), _BOARD.interaction_id > after.id)
    return sa.or_(
        sa.tuple_(_BOARD.waiting_since, _BOARD.interaction_id)
        > sa.tuple_(sa.literal(after.at), sa.literal(after.id)),
        _BOARD.waiting_since.is_(None),
    )
