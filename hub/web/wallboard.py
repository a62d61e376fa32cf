"""What the wallboard shows: queues, a day's figures, and who is doing what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application.errors import RefusedError
from hub.domain.in_force import InForce
from hub.web.access import DESK
from hub.web.charts import Chart, Series
from hub.web.colleagues import everybody
from hub.web.local_time import beginning, clock_of, day_in
from hub.web.reading import reading
from hub.web.services import services
from projections.queries import board, metrics
from projections.queries.board import QueueLine
from projections.queries.metrics import Figures, InHand, Period, Slot, total

ZONE: Final = "touchline_zone"
"""Cookie in which the browser says in which time zone it is."""

STEPS: Final = (60, 30)
"""Minutes of an interval that can be chosen; the first is usual."""

Counted = Mapping[Slot, Figures]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the viewer wants to see: a day in their zone; one queue, or all (empty)."""

    day: date
    today: date
    zone: ZoneInfo
    minutes: int
    queue: str

    @property
    def period(self) -> Period:
        """The day's intervals; with the clocks' change it has 23 or 25 hours.

        Raises:
            RefusedError: no calendar goes so far; the text is for people.
        """
        begin, end = (beginning(self.day, self.zone, later) for later in (0, 1))
        return Period(begin, end, timedelta(minutes=self.minutes))


@dataclass(frozen=True, slots=True)
class QueueToday:
    """One queue: how full it is now, and the day's figures; `calls` are its phone's."""

    name: str
    title: str
    now: QueueLine
    all: Figures
    calls: Figures
    chart: Chart


@dataclass(frozen=True, slots=True)
class AgentNow:
    """What somebody is at, and when they ended something last, if they did that day."""

    name: str
    work: tuple[InHand, ...]
    ended_at: datetime | None
    logged_in: bool


@dataclass(frozen=True, slots=True)
class Wallboard:
    """Everything on the page."""

    choice: Choice
    queues: tuple[QueueToday, ...]
    waiting: int
    oldest: datetime | None
    all: Figures
    calls: Figures
    chart: Chart
    agents: tuple[AgentNow, ...]


def choose(request: Request, day: str, minutes: int, queue: str) -> Choice:
    """What is asked for, on the clock of the viewer.

    Raises:
        RefusedError: no such day, interval or zone; the text is for people.
    """
    zone = clock_of(request.cookies.get(ZONE, "UTC"))
    today = services(request).clock.now().astimezone(zone).date()
    if minutes not in STEPS:
        raise RefusedError("Intervals are of 30 or 60 minutes.")
    return Choice(day_in(day) if day else today, today, zone, minutes, queue)


async def wallboard(request: Request, choice: Choice) -> Wallboard:
    """Read it all."""
    now = services(request).configured.now
    period = choice.period
    async with reading(request) as connection:
        lines = await board.queue_summary(connection, tuple(now.queues), now.heirs)
        found = await metrics.figures(connection, period)
        agents = await agents_now(request, connection, period.begin)
    by_queue = _by_queue(found, now)
    shown = by_queue.get(choice.queue, {}) if choice.queue else found
    return Wallboard(
        choice,
        tuple(
            _queue(line, now.titles, by_queue.get(line.name, {}), choice)
            for line in _with_others(lines, by_queue)
        ),
        sum(line.waiting for line in lines),
        min((line.oldest for line in lines if line.oldest), default=None),
        total(shown.values()),
        _calls(shown),
        _chart(shown, choice),
        agents,
    )


async def agents_now(
    request: Request, connection: AsyncConnection, since: datetime
) -> tuple[AgentNow, ...]:
    """Who is at what, and who ended something since then or is logged in, by name."""
    names = await everybody(request)
    working = await metrics.in_hand(connection)
    ended = await metrics.last_ended(connection, names, since)
    return _agents(working, ended, await services(request).sessions.present(DESK))


def _by_queue(found: Counted, now: InForce) -> dict[str, dict[Slot, Figures]]:
    parts: dict[str, dict[Slot, Figures]] = defaultdict(dict)
    for slot, figures in found.items():
        parts[now.queue(slot.queue)][slot] = figures
    return parts


def _with_others(
    lines: Sequence[QueueLine], found: Iterable[str]
) -> Sequence[QueueLine]:
    """Queues that are gone, but in which something happened, are there too."""
    others = sorted({*found} - {line.name for line in lines})
    return [*lines, *map(QueueLine, others)]


def _queue(
    line: QueueLine, titles: Mapping[str, str], own: Counted, choice: Choice
) -> QueueToday:
    title, everything = titles.get(line.name, line.name), total(own.values())
    return QueueToday(
        line.name, title, line, everything, _calls(own), _chart(own, choice)
    )


def _calls(found: Counted) -> Figures:
    return total(figures for slot, figures in found.items() if slot.channel == "phone")


def _chart(found: Counted, choice: Choice) -> Chart:
    at: dict[datetime, list[Figures]] = defaultdict(list)
    for slot, figures in found.items():
        at[slot.at].append(figures)
    begins = list(choice.period.intervals())
    sums = [total(at.get(begin, ())) for begin in begins]
    return Chart(
        tuple(f"{begin.astimezone(choice.zone):%H:%M}" for begin in begins),
        (
            Series("arrived", "Arrived", tuple(one.arrived for one in sums)),
            Series("handled", "Handled", tuple(one.handled for one in sums)),
            Series(
                "abandoned", "Calls abandoned", tuple(one.abandoned for one in sums)
            ),
        ),
    )


def _agents(
    working: Sequence[InHand],
    ended: Mapping[str, datetime],
    present: Mapping[str, datetime],
) -> tuple[AgentNow, ...]:
    everybody = {*present, *ended, *(one.agent for one in working)} - {""}
    return tuple(
        AgentNow(
            name,
            tuple(one for one in working if one.agent == name),
            ended.get(name),
            name in present,
        )
        for name in sorted(everybody)
    )
