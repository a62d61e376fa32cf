"""One's own account: password, and where one is logged in."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.errors import CommandError
from hub.application.passwords import LONGEST
from hub.domain.person import ROLES
from hub.web import keys, own_account, sessions
from hub.web.access import requires
from hub.web.languages import COOKIE, languages
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services
from hub.web.sessions import encrypted

_YEAR: Final = 365 * 24 * 60 * 60

router = APIRouter(prefix="/account", include_in_schema=False)

Anybody = Annotated[Principal, requires(*ROLES)]
Typed = Annotated[str, Form(max_length=LONGEST)]


@router.get("")
async def show(request: Request, person: Anybody, done: str = "") -> Response:
    """Who one is here, where one's work is, and where one is logged in."""
    return await _page(request, person, done=done)


@router.post("/password")
async def password(
    request: Request, person: Anybody, current: Typed = "", fresh: Typed = ""
) -> Response:
    """Take another password."""
    try:
        await own_account.change_password(request, person, current, fresh)
    except CommandError as error:
        return await _page(request, person, problem=said(error), status=409)
    return _back("password")


@router.post("/language", dependencies=[requires(*ROLES)])
async def language(
    request: Request, language: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """See pages in one's own language; without one, in that of the browser."""
    response = _back("language")
    _keep(request, response, COOKIE, language if language in languages() else "")
    return response


@router.post("/keys", dependencies=[requires(*ROLES)])
async def single_keys(
    request: Request, single: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Let single letters be commands, or not (WCAG 2.2, 2.1.4)."""
    response = _back("keys")
    _keep(request, response, keys.COOKIE, "" if single else keys.FEW)
    return response


@router.post("/sessions/end-others")
async def end_others(request: Request, person: Anybody) -> Response:
    """Log out everywhere but here."""
    await own_account.end_others(request, person)
    return _back("sessions")


@router.post("/sessions/{session}/end")
async def end(request: Request, person: Anybody, session: UUID) -> Response:
    """Log out elsewhere."""
    await own_account.end_session(request, person, session)
    return _back("sessions")


def _keep(request: Request, response: Response, name: str, value: str) -> None:
    """In this browser, for a year; what is empty is forgotten."""
    if not value:
        response.delete_cookie(name)
        return
    response.set_cookie(
        name,
        value,
        max_age=_YEAR,
        httponly=True,
        secure=encrypted(request),
        samesite="lax",
    )


def _back(done: str) -> Response:
    return RedirectResponse(f"/account?done={done}", 303)


async def _page(
    request: Request,
    person: Principal,
    *,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    session = sessions.current(request)
    account = await services(request).accounts.account(person.name)
    context = {
        "here": session.id if session else None,
        "sessions": await own_account.own_sessions(request, person) if session else [],
        "languages": languages(),
        "language": request.cookies.get(COOKIE, ""),
        "linked": await _linked(request, person),
        "has_password": account is None or account.password,
        "problem": problem,
        "done": done,
    }
    return page(request, "account.html", context, status=status)


async def _linked(request: Request, person: Principal) -> bool:
    sign_on = services(request).sign_on
    return sign_on is not None and await sign_on.identities.linked(person.name)
