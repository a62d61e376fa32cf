"""What happened in queues, by interval: sums over queue visits and handlings.

Every figure belongs to the interval in which it happened: an arrival to that in which
the visit began, an answer to that of the answer, a handling to that in which it ended.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import queue_board, queue_visits

_VISITS = queue_visits.VISITS.c
_HANDLINGS = queue_visits.HANDLINGS.c
_BOARD = queue_board.TABLE.c

IN_TIME: Final = timedelta(seconds=20)
"""Within what time calls are to be answered unless somebody says otherwise."""


class Period(NamedTuple):
    """From `begin` until before `end`, in intervals of `step`; times aware."""

    begin: datetime
    end: datetime
    step: timedelta

    def intervals(self) -> Iterator[datetime]:
        """When each of them begins."""
        at = self.begin
        while at < self.end:
            yield at
            at += self.step


class Figures(NamedTuple):
    """Visits and handlings, counted; `waited` and `worked` are seconds in all.

    `waited` is that of the answered visits before the answer; `in_time` are those of
    them that waited no longer than was asked; `worked` is that of ended handlings,
    wrap-up included. What somebody noted when it was over took no time that is known:
    it is not among the handled.
    """

    arrived: int = 0
    answered: int = 0
    in_time: int = 0
    waited: float = 0
    abandoned: int = 0
    flowed_out: int = 0
    handled: int = 0
    worked: float = 0

    @property
    def service_level(self) -> float | None:
        """Share answered in time: of those answered or abandoned (Genesys)."""
        over = self.answered + self.abandoned
        return self.in_time / over if over else None

    @property
    def speed_of_answer(self) -> float | None:
        """Average wait of the answered, in seconds (ASA; Genesys)."""
        return self.waited / self.answered if self.answered else None

    @property
    def handle_time(self) -> float | None:
        """Average time of a handling, in seconds (AHT; Genesys)."""
        return self.worked / self.handled if self.handled else None


class Slot(NamedTuple):
    """Whose figures they are: a queue, a channel, and when the interval began."""

    queue: str
    channel: str
    at: datetime


def total(counted: Iterable[Figures]) -> Figures:
    """All of them together."""
    return Figures(*map(sum, zip(Figures(), *counted, strict=True)))


async def figures(
    connection: AsyncConnection, period: Period, in_time: timedelta = IN_TIME
) -> dict[Slot, Figures]:
    """What happened in a period; a slot in which nothing did is not there."""
    parts = sa.union_all(
        _arrivals(period), _endings(period, in_time), _handled(period)
    ).subquery()
    slot = [parts.c[name] for name in Slot._fields]
    sums = [sa.func.sum(parts.c[name]) for name in Figures._fields]
    found = await connection.execute(sa.select(*slot, *sums).group_by(*slot))
    return {Slot(*row[: len(slot)]): _figures(row[len(slot) :]) for row in found}


def _figures(sums: Sequence[Any]) -> Figures:
    kinds = Figures._field_defaults.values()
    return Figures(
        *(type(kind)(value) for kind, value in zip(kinds, sums, strict=True))
    )


def _arrivals(period: Period) -> sa.Select[Any]:
    return _by_slot(_VISITS, _VISITS.entered_at, period, arrived=sa.func.count())


def _endings(period: Period, in_time: timedelta) -> sa.Select[Any]:
    wait = _VISITS.ended_at - _VISITS.entered_at
    answered = _VISITS.outcome == "answered"
    count = sa.func.count()
    return _by_slot(
        _VISITS,
        _VISITS.ended_at,
        period,
        answered=count.filter(answered),
        in_time=count.filter(answered, wait <= in_time),
        waited=_seconds(sa.func.sum(wait).filter(answered)),
        abandoned=count.filter(_VISITS.outcome == "abandoned"),
        flowed_out=count.filter(_VISITS.outcome == "flow_out"),
    )


def _handled(period: Period) -> sa.Select[Any]:
    span = _HANDLINGS.ended_at - _HANDLINGS.began_at
    return _by_slot(
        _HANDLINGS,
        _HANDLINGS.ended_at,
        period,
        handled=sa.func.count(),
        worked=_seconds(sa.func.sum(span)),
    ).where(_HANDLINGS.ended_at > _HANDLINGS.began_at)


def _seconds(span: Any) -> Any:
    epoch = sa.func.coalesce(sa.func.extract("epoch", span), 0)
    return sa.cast(epoch, sa.Double)


def _by_slot(of: Any, at: Any, period: Period, **counted: Any) -> sa.Select[Any]:
    step = sa.literal(period.step, pg.INTERVAL)
    begin = sa.literal(period.begin, pg.TIMESTAMP(timezone=True))
    slot = of.queue, of.channel, sa.func.date_bin(step, at, begin).label("at")
    columns = [
        counted.get(name, sa.literal_column("0")).label(name)
        for name in Figures._fields
    ]
    return (
        sa.select(*slot, *columns)
        .where(at >= period.begin, at < period.end)
        .group_by(*slot)
    )


@dataclass(frozen=True, slots=True)
class InHand:
    """What an agent is at: since when, and since when it is wrap-up, if it is."""

    agent: str
    interaction_id: UUID
    number: int
    channel: str
    queue: str
    began_at: datetime
    wrap_up_at: datetime | None

    @property
    def state(self) -> str:
        """As the lifecycle names it."""
        return "wrap_up" if self.wrap_up_at else "handling"


async def in_hand(connection: AsyncConnection) -> tuple[InHand, ...]:
    """What all agents are at now, by agent, the longest first."""
    columns = [
        _BOARD.number if field.name == "number" else _HANDLINGS[field.name]
        for field in fields(InHand)
    ]
    rows = await connection.execute(
        sa.select(*columns)
        .join_from(
            queue_visits.HANDLINGS,
            queue_board.TABLE,
            _BOARD.interaction_id == _HANDLINGS.interaction_id,
        )
        .where(_HANDLINGS.ended_at.is_(None))
        .order_by(_HANDLINGS.agent, _HANDLINGS.began_at, _HANDLINGS.interaction_id)
    )
    return tuple(InHand(**row._asdict()) for row in rows)


async def last_ended(
    connection: AsyncConnection, agents: Iterable[str], since: datetime
) -> dict[str, datetime]:
    """When each of these agents ended a handling last, of those who did since then."""
    asked = sa.func.unnest(sa.literal(list(agents), pg.ARRAY(sa.Text))).table_valued(
        "name"
    )
    latest = (
        sa.select(sa.func.max(_HANDLINGS.ended_at))
        .where(_HANDLINGS.agent == asked.c.name)
        .scalar_subquery()
    )
    found = await connection.execute(sa.select(asked.c.name, latest))
    return {agent: at for agent, at in found if at is not None and at >= since}
