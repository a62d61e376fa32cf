"""The wallboard: what supervisors keep an eye on, live; also big, for a wall."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hub.application.accounts import Principal
from hub.web import wallboard
from hub.web.access import requires
from hub.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/wallboard")
async def show(
    request: Request,
    _person: Annotated[Principal, requires("supervisor")],
    day: str = "",
    step: int = wallboard.STEPS[0],
    queue: str = "",
    *,
    wall: Annotated[bool, Query()] = False,
) -> Response:
    """The whole page, or for a live view what can change on it."""
    choice = wallboard.choose(request, day, step, queue)
    context = {
        "shown": await wallboard.wallboard(request, choice),
        "names": await request.app.state.people.names(),
        "day": day,
        "wall": wall,
    }
    live = "hx-request" in request.headers
    return page(request, "_wallboard.html" if live else "wallboard.html", context)
