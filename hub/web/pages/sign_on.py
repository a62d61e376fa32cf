"""Log in through an OpenID provider, and link one's account to it."""

import hmac
import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.errors import CommandError, NotFoundError, RefusedError
from hub.application.sign_on import (
    LIFETIME,
    Answer,
    Begun,
    ProviderError,
    SignOn,
    StrangerError,
)
from hub.domain.person import ROLES
from hub.domain.refusing import Wording
from hub.web import csrf, sessions
from hub.web.access import ForbiddenError, public, requires
from hub.web.managing import desk_url
from hub.web.pages.login import form, local
from hub.web.refusals import said
from hub.web.services import SingleSignOn, services

router = APIRouter(include_in_schema=False)

COOKIE: Final = "touchline_sign_on"
_STRANGE: Final = Wording(
    "This log-in was not begun in this browser, or long ago. Try again."
)
_DENIED: Final = Wording("You were not logged in there. Try again, or use a password.")
_FROM_OUTSIDE: Final = Wording(
    "Begin on your account page: another site sent you here."
)
_STATUSES: Final = {ProviderError: 502, StrangerError: 403, CommandError: 403}


@router.get("/login/oidc", dependencies=[public()])
async def begin(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Go to the provider."""
    return await _outward(request, local(next), "")


@router.get("/account/link")
async def link(
    request: Request, person: Annotated[Principal, requires(*ROLES)]
) -> Response:
    """Go to the provider, to link one's account to who one is there."""
    if sessions.current(request) is None:
        raise RefusedError("An API key is not linked to anybody.")
    if not csrf.same_site(request):
        raise ForbiddenError(_FROM_OUTSIDE)
    return await _outward(request, "/account?done=linked", person.name)


@router.get("/login/oidc/callback", dependencies=[public()])
async def come_back(
    request: Request,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Come back from the provider, and in."""
    hub = _provided(request)
    try:
        begun = await _begun(request, hub, state)
        if not code:
            raise RefusedError(_DENIED)
        identity = await hub.provider.identity(Answer(code, iss), begun, _back(request))
        found = services(request)
        sign_on = SignOn(found.accounts, hub.identities, found.staff, hub.admission)
        account = await sign_on.account(identity, begun.person)
    except CommandError as error:
        return _refused(request, error)
    response = RedirectResponse(begun.target, 303)
    response.delete_cookie(COOKIE, path="/login/oidc")
    await sessions.begin(request, response, account.name)
    return response


@router.get("/login/oidc/out", dependencies=[public()])
async def leave(request: Request) -> Response:
    """Log out of the provider, too."""
    try:
        there = await _provided(request).provider.farewell(f"{desk_url(request)}/login")
    except ProviderError as error:
        return _refused(request, error)
    return RedirectResponse(there or "/login", 303)


async def _outward(request: Request, target: str, person: str) -> Response:
    hub = _provided(request)
    state = secrets.token_urlsafe(32)
    begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(48), target, person)
    try:
        address = await hub.provider.address(state, begun, _back(request))
    except ProviderError as error:
        return _refused(request, error)
    await hub.identities.begin(state, begun, LIFETIME)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        COOKIE,
        state,
        max_age=int(LIFETIME.total_seconds()),
        path="/login/oidc",
        httponly=True,
        secure=sessions.encrypted(request),
        samesite="lax",
    )
    return response


async def _begun(request: Request, hub: SingleSignOn, state: str) -> Begun:
    """What was begun in this very browser (OpenID Connect Core 1.0, 3.1.2.1)."""
    kept = request.cookies.get(COOKIE, "")
    same = bool(kept) and hmac.compare_digest(kept.encode(), state.encode())
    begun = await hub.identities.take(state) if same else None
    if begun is None:
        raise RefusedError(_STRANGE)
    return begun


def _refused(request: Request, error: CommandError) -> Response:
    kind = next(kind for kind in type(error).mro() if kind in _STATUSES)
    return form(request, "/", problem=said(error), status=_STATUSES[kind])


def _provided(request: Request) -> SingleSignOn:
    hub = services(request).sign_on
    if hub is None:
        raise NotFoundError("There is no single sign-on here.")
    return hub


def _back(request: Request) -> str:
    return f"{desk_url(request)}/login/oidc/callback"
