"""The session cookie."""

from datetime import timedelta
from typing import Final

from fastapi import Request, Response

from hub.application.sessions import Lifetime, Session
from hub.web.services import services

NAME: Final = "touchline_session"


def secret(request: Request) -> str:
    """The secret that the browser holds, or an empty text."""
    return request.cookies.get(_name(request), "")


def current(request: Request) -> Session | None:
    """The session that a request was found to be of; machines have none."""
    return getattr(request.state, "session", None)


async def begin(request: Request, response: Response, name: str) -> None:
    """Log a person in: a fresh secret, and the browser's old one is worth nothing.

    Raises:
        KeyError: nobody has this name.
    """
    hub = services(request)
    web = hub.settings.web
    lifetime = Lifetime(
        timedelta(hours=web.session_hours), timedelta(minutes=web.session_idle_minutes)
    )
    agent = request.headers.get("user-agent", "")
    fresh = await hub.sessions.begin(name, lifetime, agent)
    await hub.sessions.end(secret(request))
    response.set_cookie(
        _name(request),
        fresh,
        max_age=int(lifetime.whole.total_seconds()),
        httponly=True,
        secure=encrypted(request),
        samesite="lax",
    )


async def end(request: Request, response: Response) -> None:
    """Log out."""
    await services(request).sessions.end(secret(request))
    response.delete_cookie(
        _name(request), httponly=True, secure=encrypted(request), samesite="lax"
    )


def encrypted(request: Request) -> bool:
    """Whether the browser speaks to us by HTTPS."""
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    # The prefix makes browsers refuse the cookie from anybody but this very host.
    return f"__Host-{NAME}" if encrypted(request) else NAME
