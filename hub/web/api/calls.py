"""Calls in the API: who rings, what was missed, calling back, and the work after."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from hub.application.accounts import Principal
from hub.application.calls import WrapUp
from hub.domain.marking import mentioned
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.api.models import Closing, Done, refusals
from hub.web.colleagues import everybody
from hub.web.reading import INTERACTION, reading, wait
from hub.web.services import WebServices, services
from projections.queries import paging
from projections.queries.calls import Ringing, ringing
from projections.queries.missed import MissedCall, Wanted, missed

router = APIRouter(prefix="/api/v1", tags=["calls"])

Agent = Annotated[Principal, requires(*DESK)]


@dataclass(frozen=True, slots=True)
class RingingCalls:
    """Calls that ring at whoever asks, the longest waiting first."""

    items: tuple[Ringing, ...]


@dataclass(frozen=True, slots=True)
class MissedCalls:
    """Missed calls, the latest first; `next` leads to more unless it is empty."""

    items: tuple[MissedCall, ...]
    next: str


class Asked(BaseModel):
    """Which missed calls: one customer's are one."""

    status: Literal["open", "taken", "done", "withheld", "all"] = "open"
    queue: str = ""
    days: Annotated[int, Field(ge=1, le=365)] = 7
    cursor: Annotated[str, Field(description="The last answer's `next`.")] = ""
    limit: Annotated[int, Field(ge=1, le=paging.MOST)] = 50
    after: Annotated[
        str,
        Field(description="Token of a command: wait up to 3 s until it can be seen."),
    ] = ""

    def wanted(self, hub: WebServices) -> Wanted:
        """What that asks of the read model."""
        status = "" if self.status == "all" else self.status
        queues = hub.configured.now.names_of(self.queue)
        return Wanted(hub.clock.now() - timedelta(days=self.days), status, queues)


class Finish(Closing):
    """How the work after a call ended; the same `request` writes the note once."""

    request: UUID
    note: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=100_000)
    ] = ""


@router.get("/calls/ringing", responses=refusals())
async def rings(request: Request, person: Agent) -> RingingCalls:
    """The calls that ring at whoever asks."""
    async with reading(request) as connection:
        now = services(request).clock.now()
        return RingingCalls(await ringing(connection, person.name, now))


@router.get(
    "/calls/missed",
    dependencies=[requires(*DESK, "integrator")],
    responses=refusals(),
)
async def missed_calls(
    request: Request, response: Response, asked: Annotated[Asked, Query()]
) -> MissedCalls:
    """The last call of each customer who called in vain in these days."""
    await wait(request, response, asked.after, INTERACTION)
    wanted = asked.wanted(services(request))
    place = paging.decode(asked.cursor)
    async with reading(request) as connection:
        page = await missed(connection, wanted, after=place, limit=asked.limit)
    return MissedCalls(page.items, page.next)


@router.post("/interactions/{key}/call-back", responses=refusals(404, 409))
async def call_back(request: Request, person: Agent, key: str) -> Done:
    """Take a call that is over as one's own work; a closed one is reopened."""
    target = await find.target(request, key)
    return Done(await services(request).calls.call_back(target, person.name))


@router.post("/interactions/{key}/finish", responses=refusals(404, 409))
async def finish(request: Request, person: Agent, key: str, body: Finish) -> Done:
    """End the work after a call, with a note if there is one."""
    target = await find.target(request, key)
    mentions = mentioned(body.note, await everybody(request))
    done = WrapUp(body.disposition, body.request, body.note, mentions)
    return Done(await services(request).calls.finish(target, person.name, done))
