"""Choose a password by a link that one was given."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Account
from hub.application.errors import RefusedError
from hub.application.joining import Joining
from hub.application.passwords import LONGEST
from hub.domain.refusing import Wording
from hub.web import csrf, sessions
from hub.web.access import ForbiddenError, public
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services

router = APIRouter(prefix="/join/{secret}", include_in_schema=False)

_FOREIGN = Wording("This request did not come from our own page. Open your link again.")


@router.get("", dependencies=[public()])
async def show(request: Request, secret: str) -> Response:
    """Where the password is chosen."""
    return _form(request, await _joining(request).whose(secret))


@router.post("", dependencies=[public()])
async def join(
    request: Request,
    secret: str,
    fresh: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Take the password, and log in with it."""
    if not csrf.same_site(request):
        raise ForbiddenError(_FOREIGN)
    joining = _joining(request)
    shortest = services(request).settings.web.password_length
    try:
        account = await joining.join(secret, fresh, shortest)
    except RefusedError as error:
        whose = await joining.whose(secret)
        return _form(request, whose, problem=said(error), status=409)
    response = RedirectResponse("/", 303)
    await sessions.begin(request, response, account.name)
    return response


def _joining(request: Request) -> Joining:
    hub = services(request)
    return Joining(hub.accounts, hub.sessions, hub.attempts, hub.links)


def _form(
    request: Request, account: Account, *, problem: str = "", status: int = 200
) -> Response:
    return page(
        request, "join.html", {"account": account, "problem": problem}, status=status
    )
