"""The session cookie."""

from datetime import timedelta
from typing import Final

from fastapi import Request, Response

from hub.web.services import services

NAME: Final = "touchline_session"


def secret(request: Request) -> str:
    """The secret that the browser holds, or an empty text."""
    return request.cookies.get(_name(request), "")


async def begin(request: Request, response: Response, name: str) -> None:
    """Log a person in: a fresh secret, and the browser's old one is worth nothing.

    Raises:
        KeyError: nobody has this name.
    """
    hub = services(request)
    lifetime = timedelta(hours=hub.settings.web.session_hours)
    fresh = await hub.accounts.open_session(name, lifetime)
    await hub.accounts.end_session(secret(request))
    response.set_cookie(
        _name(request),
        fresh,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        secure=_encrypted(request),
        samesite="lax",
    )


async def end(request: Request, response: Response) -> None:
    """Log out."""
    await services(request).accounts.end_session(secret(request))
    response.delete_cookie(
        _name(request), httponly=True, secure=_encrypted(request), samesite="lax"
    )


def _encrypted(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    # The prefix makes browsers refuse the cookie from anybody but this very host.
    return f"__Host-{NAME}" if _encrypted(request) else NAME
