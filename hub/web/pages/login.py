"""Log in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from hub.application.errors import RefusedError
from hub.application.logging_in import LogIn, TooManyAttemptsError
from hub.domain.person import ROLES
from hub.domain.refusing import Wording
from hub.web import csrf, demo, sessions
from hub.web.access import ForbiddenError, public, requires
from hub.web.languages import gettext as _
from hub.web.own_account import address
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services

router = APIRouter(include_in_schema=False)

_FOREIGN = Wording(
    "This request did not come from our own page. Open the log-in page again."
)


@router.get("/login", dependencies=[public()])
async def show(
    request: Request,
    next: str = "/",  # noqa: A002
    out: str = "",
) -> Response:
    """The log-in page; `out` if one has just logged out."""
    return form(request, next, out=bool(out))


@router.post("/login", dependencies=[public()])
async def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Check name and password, and go on to where people wanted to go."""
    if not csrf.same_site(request):
        raise ForbiddenError(_FOREIGN)
    hub = services(request)
    try:
        log_in = LogIn(hub.accounts, hub.attempts)
        person = await log_in.check(name, password, address(request))
    except RefusedError as error:
        return form(request, next, problem=said(error), name=name, status=401)
    except TooManyAttemptsError as error:
        early = form(request, next, problem=said(error), name=name, status=429)
        early.headers["Retry-After"] = str(error.seconds)
        return early
    return await _welcome(request, person.name, local(next))


@router.post("/logout", dependencies=[requires(*ROLES)])
async def log_out(request: Request) -> Response:
    """End the session."""
    response = RedirectResponse("/login?out=1", 303)
    # Drafts and whatever else the browser kept for this person.
    response.headers["Clear-Site-Data"] = '"storage"'
    await sessions.end(request, response)
    return response


@router.get("/demo/login/{name}", dependencies=[public()])
async def demo_log_in(request: Request, name: str, key: str = "") -> Response:
    """Log in as a demo person by a signed link."""
    if not demo.allowed(services(request), name, key):
        raise ForbiddenError("This link does not log in here, or not any more.")
    return await _welcome(request, name, "/")


async def _welcome(request: Request, name: str, target: str) -> Response:
    response = RedirectResponse(target, 303)
    try:
        await sessions.begin(request, response, name)
    except KeyError:
        return form(
            request, target, problem=_("Nobody here has that name."), status=401
        )
    return response


def form(
    request: Request,
    target: str,
    *,
    problem: str = "",
    name: str = "",
    status: int = 200,
    out: bool = False,
) -> Response:
    """The log-in page; `problem` says why one is here again."""
    context = {"next": local(target), "problem": problem, "name": name, "out": out}
    return page(request, "login.html", context, status=status)


def local(target: str) -> str:
    """The target if it is on this site; browsers read two slashes as elsewhere."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if inside and target.isprintable() else "/"
