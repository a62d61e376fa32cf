"""Missed calls: who called in vain, how often, and whether somebody called back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import calls, customer_card, customer_timeline, interaction_view
from projections.queries import groups
from projections.queries.paging import Cursor, Page, at_most, encode, split

CALL: Final = calls.TABLE.c
VIEW: Final = interaction_view.VIEW.c
CARD: Final = customer_card.TABLE.c

STATUSES: Final = ("open", "taken", "done", "withheld")
"""To be called back; somebody is at it; somebody did, or need not; nobody can."""

OFTEN_WITHIN: Final = timedelta(days=7)
"""The time before a missed call in which earlier ones of the same customer count."""

MOST_COUNTED: Final = 100
"""More open ones than this are not counted."""


@dataclass(frozen=True, slots=True)
class MissedCall:
    """The latest call that a customer made in vain.

    `times` counts their missed calls in the seven days up to it. `caller` is empty for
    withheld numbers. `status` is one of `STATUSES`; `agent` has the work now;
    `back_at` is when the customer was reached, or written to, after it.
    """

    interaction_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    caller: str
    called: str
    queue: str
    began_at: datetime
    ended_at: datetime
    times: int
    status: str
    agent: str
    back_at: datetime | None

    @property
    def waited(self) -> timedelta:
        """How long they waited before they gave up."""
        return self.ended_at - self.began_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which missed calls: `since` when; of one status and some queues, all if empty."""

    since: datetime
    status: str = "open"
    queues: tuple[str, ...] = ()


_later_call = calls.TABLE.alias("later_call")
_later_view = interaction_view.VIEW.alias("later_view")
_OF_SAME: Final = sa.and_(
    _later_view.c.customer_id == sa.any_(groups.same(VIEW.customer_id)),
    _later_call.c.interaction_id == _later_view.c.interaction_id,
)


def _calls_of_same(
    what: sa.ColumnElement[Any], *wanted: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """Something of all calls of the same customer that are as wanted."""
    return (
        sa.select(what)
        .select_from(_later_view)
        .join(_later_call, sa.true())
        .where(_OF_SAME, *wanted)
    )


_REACHED: Final = _calls_of_same(
    sa.func.min(_later_call.c.answered_at), _later_call.c.answered_at > CALL.ended_at
).scalar_subquery()

_TIMELINE: Final = customer_timeline.TABLE.c
_WRITTEN: Final = (
    sa.select(sa.func.min(_TIMELINE.occurred_at))
    .where(
        _TIMELINE.customer_id == sa.any_(groups.same(VIEW.customer_id)),
        _TIMELINE.occurred_at > CALL.ended_at,
        _TIMELINE.direction == "out",
        _TIMELINE.automatic == "",
        _TIMELINE.channel != "phone",
    )
    .scalar_subquery()
)
_BACK_AT: Final = sa.func.least(_REACHED, _WRITTEN)
_TIMES: Final = _calls_of_same(
    sa.func.count(),
    _later_call.c.missed,
    _later_call.c.ended_at <= CALL.ended_at,
    _later_call.c.ended_at > CALL.ended_at - OFTEN_WITHIN,
).scalar_subquery()
_CALLED_AGAIN: Final = _calls_of_same(
    sa.literal(1), _later_call.c.missed, _later_call.c.ended_at > CALL.ended_at
).exists()
_UNTOUCHED: Final = sa.or_(
    VIEW.state == "waiting", VIEW.disposition.in_(("abandoned", "lost"))
)
_status: Final = sa.case(
    (_BACK_AT.is_not(None), "done"),
    (sa.and_(_UNTOUCHED, CALL.caller == ""), "withheld"),
    (_UNTOUCHED, "open"),
    (VIEW.state != "closed", "taken"),
    else_="done",
)
_FOUND: Final = (
    sa.select(
        VIEW.interaction_id,
        VIEW.number,
        VIEW.customer_id,
        groups.NAME.label("customer_name"),
        CALL.caller,
        CALL.called,
        VIEW.queue,
        CALL.began_at,
        CALL.ended_at,
        _TIMES.label("times"),
        _status.label("status"),
        VIEW.agent,
        _BACK_AT.label("back_at"),
    )
    .select_from(calls.TABLE)
    .join(interaction_view.VIEW, VIEW.interaction_id == CALL.interaction_id)
    .outerjoin(customer_card.TABLE, CARD.customer_id == groups.root(VIEW.customer_id))
    .where(CALL.missed, ~_CALLED_AGAIN)
)


def _wanted(query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    query = query.where(CALL.ended_at >= wanted.since)
    if wanted.status:
        query = query.where(_status == wanted.status)
    return query.where(VIEW.queue.in_(wanted.queues)) if wanted.queues else query


async def missed(
    connection: AsyncConnection,
    wanted: Wanted,
    *,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page[MissedCall]:
    """Missed calls, the latest first; of each customer the last one alone."""
    limit = at_most(limit)
    place = sa.tuple_(CALL.ended_at, CALL.interaction_id)
    query = _wanted(_FOUND, wanted).order_by(
        CALL.ended_at.desc(), CALL.interaction_id.desc()
    )
    if after is not None:
        query = query.where(
            place < sa.tuple_(sa.literal(after.at), sa.literal(after.id))
        )
    rows = await connection.execute(query.limit(limit + 1))
    items, more = split([MissedCall(**row._asdict()) for row in rows], limit)
    last = items[-1] if more else None
    return Page(
        items, encode(Cursor(last.ended_at, last.interaction_id)) if last else ""
    )


async def to_call_back(connection: AsyncConnection, since: datetime) -> int:
    """How many wait to be called back; `MOST_COUNTED` stands for more."""
    wanted = _wanted(_FOUND.with_only_columns(VIEW.interaction_id), Wanted(since))
    some = wanted.limit(MOST_COUNTED).subquery()
    found = await connection.scalar(sa.select(sa.func.count()).select_from(some))
    return found or 0
