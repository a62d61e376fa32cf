"""How the hub is doing: the words of `touchline status`, on a page for operators."""

from fastapi import APIRouter, Request, Response

from hub.application.status import problems
from hub.web.access import OPERATORS, requires
from hub.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/status", dependencies=[requires(*OPERATORS)])
async def show(request: Request) -> Response:
    """The whole page; for a page that asks again and again, what can change on it."""
    measured = await request.app.state.measuring.latest()
    template = "_status.html" if "hx-request" in request.headers else "status.html"
    wrong = problems(measured.status)
    return page(request, template, {"measured": measured, "problems": wrong})
