"""Metrics of the API: what happened in queues, by interval."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime

from hub.application.errors import RefusedError
from hub.domain.in_force import InForce
from hub.web.access import requires
from hub.web.api.models import refusals
from hub.web.reading import reading
from hub.web.services import services
from projections.queries import metrics
from projections.queries.metrics import Figures, Period, Slot

router = APIRouter(prefix="/api/v1/metrics", tags=["metrics"])

LONGEST: Final = timedelta(days=31)
"""A longer period is asked for in parts."""


class Minutes(IntEnum):
    """How long an interval can be."""

    QUARTER = 15
    HALF = 30
    HOUR = 60


@dataclass(frozen=True, slots=True)
class QueueInterval:
    """Visits and handlings in a queue, on one channel, in the interval from `at` on.

    An arrival belongs to the interval in which the visit began, an answer, an abandon
    and a flow-out to that in which it ended, and a handling to that in which it ended.
    `service_level` is (answered - answered late) / (answered + abandoned);
    `speed_of_answer` is the average wait (s) of the answered, `handle_time` that of
    handlings (s), wrap-up included. They are null where nothing was counted.
    """

    queue: str
    channel: str
    at: datetime
    arrived: int
    answered: int
    answered_in_time: int
    abandoned: int
    flowed_out: int
    handled: int
    service_level: float | None
    speed_of_answer: float | None
    handle_time: float | None

    @classmethod
    def of(cls, slot: Slot, counted: Figures) -> "QueueInterval":
        """The item of what was counted."""
        return cls(
            *slot,
            counted.arrived,
            counted.answered,
            counted.in_time,
            counted.abandoned,
            counted.flowed_out,
            counted.handled,
            counted.service_level,
            counted.speed_of_answer,
            counted.handle_time,
        )


@dataclass(frozen=True, slots=True)
class QueueMetrics:
    """Intervals in which something happened, by queue, channel and time.

    A removed queue's are those of its successor.
    """

    items: tuple[QueueInterval, ...]


@router.get(
    "/queues",
    dependencies=[requires("supervisor", "ops", "integrator")],
    responses=refusals(409),
)
async def queues(
    request: Request,
    begin: Annotated[AwareDatetime, Query(alias="from")],
    end: Annotated[AwareDatetime, Query(alias="to")],
    interval: Annotated[Minutes, Query(description="Minutes.")] = Minutes.HOUR,
    within: Annotated[
        int, Query(ge=15, le=600, description="Seconds in which answers are in time.")
    ] = int(metrics.IN_TIME.total_seconds()),
) -> QueueMetrics:
    """What happened in queues; recomputed from visits and handlings at each request."""
    if not timedelta() < end - begin <= LONGEST:
        raise RefusedError("`to` is to come after `from`, by 31 days at most.")
    period = Period(begin, end, timedelta(minutes=interval))
    async with reading(request) as connection:
        found = await metrics.figures(connection, period, timedelta(seconds=within))
    counted = _by_heirs(found, services(request).configured.now)
    return QueueMetrics(
        tuple(QueueInterval.of(slot, counted[slot]) for slot in sorted(counted))
    )


def _by_heirs(
    found: Mapping[Slot, Figures], configured: InForce
) -> dict[Slot, Figures]:
    """What happened in a removed queue counts as its successor's."""
    parts: dict[Slot, list[Figures]] = defaultdict(list)
    for slot, figures in found.items():
        parts[slot._replace(queue=configured.queue(slot.queue))].append(figures)
    return {slot: metrics.total(figures) for slot, figures in parts.items()}
