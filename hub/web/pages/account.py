"""One's own account: where those begin whose work is not on these pages."""

from fastapi import APIRouter, Request, Response

from hub.application.accounts import ROLES
from hub.web.access import requires
from hub.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/account", dependencies=[requires(*ROLES)])
async def show(request: Request) -> Response:
    """Who one is here, and where one's work is."""
    return page(request, "account.html")
