"""The board: queues, open work and my work, live."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.domain.in_force import InForce
from hub.domain.person import ROLES
from hub.web.access import DESK, home, requires
from hub.web.reading import BOARD, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from projections.queries import board, paging
from projections.queries.board import QueueLine, WorkRow
from projections.queries.paging import Page

router = APIRouter(include_in_schema=False)

PAGE = 60


class Chosen(NamedTuple):
    """Whose work is listed: of a queue, for a group, or all if neither is named."""

    queue: str
    group: str


@router.get("/")
async def show(
    request: Request,
    person: Annotated[Principal, requires(*ROLES)],
    queue: str = "",
    group: str = "",
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
    context = await _view(request, person, Chosen(queue, group), cursor)
    template = "_board.html" if "hx-request" in request.headers else "board.html"
    return page(request, template, {**context, "current": current})


async def _view(
    request: Request, person: Principal, chosen: Chosen, cursor: str
) -> dict[str, Any]:
    now = services(request).configured.now
    at_desk = bool(person.roles & set(DESK))
    groups = now.groups_of(person.name) if at_desk else {}
    async with reading(request) as connection:
        lines = await board.queue_summary(connection, tuple(now.queues), now.heirs)
        for_groups = await board.group_summary(connection, tuple(groups))
        # Operators see how full it is, but not who wrote what.
        work = await _work(connection, now, chosen, cursor) if at_desk else None
        own = await board.own_work(connection, person.name) if at_desk else ()
    return {
        "lines": lines,
        "group_lines": for_groups,
        "total": _total(lines),
        "titles": now.titles,
        "groups": {name: one.title for name, one in now.groups.items()},
        "queue": chosen.queue,
        "group": chosen.group,
        "cursor": cursor,
        "work": work,
        "own": own,
        "drafts": await services(request).drafts.count(person.name) if at_desk else 0,
        "names": await request.app.state.people.names(),
    }


async def _work(
    connection: AsyncConnection, now: InForce, chosen: Chosen, cursor: str
) -> Page[WorkRow]:
    place = paging.decode(cursor)
    if chosen.group:
        return await board.group_work(connection, chosen.group, after=place, limit=PAGE)
    return await board.queue_work(
        connection,
        chosen.queue or None,
        also=now.names_of(chosen.queue),
        after=place,
        limit=PAGE,
    )


def _total(lines: tuple[QueueLine, ...]) -> QueueLine:
    return QueueLine(
        name="",
        waiting=sum(line.waiting for line in lines),
        oldest=min((line.oldest for line in lines if line.oldest), default=None),
        handling=sum(line.handling for line in lines),
        deferred=sum(line.deferred for line in lines),
    )
