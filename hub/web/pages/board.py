"""The board: queues, open work and my work, live."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import JSONResponse, RedirectResponse

from hub.application.accounts import Principal
from hub.domain.in_force import InForce
from hub.domain.person import ROLES
from hub.web.access import BOARD_READERS, DESK, home, requires
from hub.web.board_view import BoardView, asked_for, remember
from hub.web.colleagues import colleagues, everybody
from hub.web.configured import closings
from hub.web.formats import moment
from hub.web.reading import BOARD, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from hub.web.words import CHANNELS
from projections.queries import board, mentions, paging
from projections.queries.board import QueueLine

router = APIRouter(include_in_schema=False)

PAGE = 60
OWN = 50
"""Lines of what is in hand; the list of all of it has pages."""


@router.get("/")
async def show(
    request: Request,
    person: Annotated[Principal, requires(*ROLES)],
    cursor: str = "",
    after: Annotated[str, Query()] = "",
) -> Response:
    """The whole page, or for a live view what can change on it.

    Every way back leads here: who has no board is sent on to a page of their own.
    """
    start = home(person.roles)
    if start != request.url.path:
        return RedirectResponse(start, 303)
    current = await caught_up(request, after, BOARD)
    view = asked_for(request)
    context = await _shown(request, person, view, cursor)
    live = "hx-request" in request.headers
    template = "_board.html" if live else "board.html"
    answer = page(request, template, {**context, "current": current})
    if not live:
        remember(request, answer, view)
    return answer


@router.get("/board/waiting", dependencies=[requires(*BOARD_READERS)])
async def waiting(request: Request) -> Response:
    """How many wait, and since when the last of them: for pages out of sight."""
    async with reading(request) as connection:
        count = await board.waiting(connection)
        latest = await board.latest_arrival(connection)
    return JSONResponse({"waiting": count, "latest": moment(latest) if latest else ""})


async def _shown(
    request: Request, person: Principal, view: BoardView, cursor: str
) -> dict[str, Any]:
    hub = services(request)
    now = hub.configured.now
    at_desk = bool(person.roles & set(DESK))
    names = await everybody(request)
    groups = now.groups_of(person.name) if at_desk else {}
    async with reading(request) as connection:
        lines = await board.queue_summary(connection, tuple(now.queues), now.heirs)
        latest = await board.latest_arrival(connection)
        # Operators see how full it is, but not who wrote what.
        own = (
            await board.own_work(connection, person.name, limit=OWN) if at_desk else ()
        )
        for_groups = await board.group_summary(connection, tuple(groups))
        listed = (
            await _listed(connection, person, (view, now), cursor) if at_desk else {}
        )
    return {
        "work": None,
        "called": None,
        **listed,
        "lines": lines,
        "group_lines": for_groups,
        "latest": latest,
        "total": _total(lines),
        "view": view,
        "cursor": cursor,
        "own": own,
        "most_own": OWN,
        "drafts": await hub.drafts.count(person.name) if at_desk else 0,
        "names": names,
        "said": view.said(names),
        **await _choices(request, now, view),
    }


async def _choices(request: Request, now: InForce, view: BoardView) -> dict[str, Any]:
    """What can be chosen from: in the filter, and for what is selected."""
    return {
        "titles": now.titles,
        "queues": {name: one.title for name, one in now.queues.items()},
        "groups": {name: one.title for name, one in now.groups.items()},
        "closings": closings(now, view.queue),
        "colleagues": await colleagues(request),
        "channel_titles": [(name, one.title) for name, one in CHANNELS.items()],
    }


async def _listed(
    connection: AsyncConnection,
    person: Principal,
    asked: tuple[BoardView, InForce],
    cursor: str,
) -> dict[str, Any]:
    view, now = asked
    if view.view == "mentions":
        place = paging.decode(cursor)
        notes = await mentions.mentions_of(connection, person.name, before=place)
        return {"called": notes}
    chosen = view.filter(now.names_of(view.queue))
    found = await board.work(connection, chosen, cursor=cursor, limit=PAGE)
    return {"work": found}


def _total(lines: tuple[QueueLine, ...]) -> QueueLine:
    return QueueLine(
        name="",
        waiting=sum(line.waiting for line in lines),
        oldest=min((line.oldest for line in lines if line.oldest), default=None),
        handling=sum(line.handling for line in lines),
        deferred=sum(line.deferred for line in lines),
    )
