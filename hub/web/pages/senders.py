"""Senders whose messages are spam: the list, and taking marks away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.web.access import SUPERVISORS, requires
from hub.web.reading import CUSTOMER, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from projections.queries import paging, senders

router = APIRouter(prefix="/senders", include_in_schema=False)

Supervisor = Annotated[Principal, requires(*SUPERVISORS)]


@router.get("", dependencies=[requires(*SUPERVISORS)])
async def marked(
    request: Request, cursor: Annotated[str, Query()] = "", after: str = ""
) -> Response:
    """All of them, the latest first."""
    current = await caught_up(request, after, CUSTOMER)
    place = paging.decode(cursor)
    async with reading(request) as connection:
        found = await senders.marked(connection, after=place)
    names = await request.app.state.people.names()
    context = {"marks": found, "names": names, "current": current}
    return page(request, "senders.html", context)


@router.post("/{mark}/unmark")
async def unmark(request: Request, person: Supervisor, mark: UUID) -> Response:
    """Take a mark away."""
    token = await services(request).spam.unmark(mark, person.name)
    return RedirectResponse(f"/senders?after={token}", 303)
