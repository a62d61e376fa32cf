"""The board: queues, open work and my work, live."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.domain.person import ROLES
from hub.web.access import DESK, home, requires
from hub.web.reading import BOARD, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from projections.queries import board, paging
from projections.queries.board import QueueLine

router = APIRouter(include_in_schema=False)

PAGE = 60


@router.get("/")
async def show(
    request: Request,
    person: Annotated[Principal, requires(*ROLES)],
    queue: str = "",
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
    context = await _view(request, person, queue, cursor)
    template = "_board.html" if "hx-request" in request.headers else "board.html"
    return page(request, template, {**context, "current": current})


async def _view(
    request: Request, person: Principal, queue: str, cursor: str
) -> dict[str, Any]:
    titles = {one.name: one.title for one in services(request).settings.queues}
    place = paging.decode(cursor)
    at_desk = bool(person.roles & set(DESK))
    async with reading(request) as connection:
        lines = await board.queue_summary(connection, tuple(titles))
        # Operators see how full it is, but not who wrote what.
        work = (
            await board.queue_work(connection, queue or None, after=place, limit=PAGE)
            if at_desk
            else None
        )
        own = await board.own_work(connection, person.name) if at_desk else ()
    return {
        "lines": lines,
        "total": _total(lines),
        "titles": titles,
        "queue": queue,
        "cursor": cursor,
        "work": work,
        "own": own,
        "drafts": await services(request).drafts.count(person.name) if at_desk else 0,
        "names": await request.app.state.people.names(),
    }


def _total(lines: tuple[QueueLine, ...]) -> QueueLine:
    return QueueLine(
        name="",
        waiting=sum(line.waiting for line in lines),
        oldest=min((line.oldest for line in lines if line.oldest), default=None),
        handling=sum(line.handling for line in lines),
        deferred=sum(line.deferred for line in lines),
    )
