"""Calls: those that ring at oneself, and those that nobody answered."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.calls import WrapUp
from hub.domain.marking import mentioned
from hub.web.access import DESK, requires
from hub.web.api.calls import Asked
from hub.web.colleagues import everybody
from hub.web.pages.interaction import desk_fragment
from hub.web.reading import reading
from hub.web.render import page
from hub.web.services import services
from projections.queries import paging
from projections.queries.calls import ringing
from projections.queries.missed import STATUSES, missed

router = APIRouter(include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]

PAGE: Final = 50
LONGEST: Final = 100_000
"""Characters of a note."""


@router.get("/phone/ringing")
async def rings(request: Request, person: Agent) -> Response:
    """The calls that ring at whoever asks, for every page of theirs."""
    async with reading(request) as connection:
        found = await ringing(connection, person.name, services(request).clock.now())
    return page(request, "_pop.html", {"calls": found, **await _usual(request)})


@router.get("/calls/missed", dependencies=[requires(*DESK)])
async def show(request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """Missed calls; a fragment for the live view."""
    wanted = asked.wanted(services(request))
    place = paging.decode(asked.cursor)
    async with reading(request) as connection:
        found = await missed(connection, wanted, after=place, limit=PAGE)
    live = "hx-request" in request.headers
    context = {"found": found, "asked": asked, "statuses": (*STATUSES, "all")}
    template = "_missed.html" if live else "missed.html"
    return page(request, template, {**context, **await _usual(request)})


@router.post("/interactions/{key}/call-back")
async def call_back(request: Request, person: Agent, key: UUID) -> Response:
    """Take a missed call as one's own work, and go there."""
    token = await services(request).calls.call_back(key, person.name)
    return RedirectResponse(f"/interactions/{key}?after={token}", 303)


@router.post("/interactions/{key}/finish")
async def finish(
    request: Request,
    person: Agent,
    key: UUID,
    form: Annotated[UUID, Form(alias="request")],
    disposition: Annotated[str, Form()],
    text: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """End the work after a call: disposition and note in one."""
    said = text.replace("\r\n", "\n").strip()
    mentions = mentioned(said, await everybody(request))
    done = WrapUp(disposition, form, said, mentions)
    token = await services(request).calls.finish(key, person.name, done)
    if "hx-request" in request.headers:
        return await desk_fragment(request, person, key, token)
    return RedirectResponse(f"/interactions/{key}?after={token}", 303)


async def _usual(request: Request) -> dict[str, Any]:
    titles = services(request).configured.now.titles
    return {"names": await request.app.state.people.names(), "titles": titles}
