"""Who may use a route: every route says so by `requires(…)` or `public()`."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, Request

from hub.application.accounts import Principal
from hub.application.sessions import Session
from hub.domain.person import MANAGERS, ROLES
from hub.domain.refusing import Refusal, Wording
from hub.web import csrf, sessions
from hub.web.services import services

DESK: Final = ("agent", "supervisor")
"""Who works with customers."""

SUPERVISORS: Final = ("supervisor",)
"""Who answers for the work of others."""

BOARD_READERS: Final = (*DESK, "ops")
"""Who sees how full the queues are."""

OPERATORS: Final = ("ops",)
"""Who sees how the hub is doing."""

CUSTOMER_READERS: Final = (*DESK, "privacy")
"""Who sees customers and their history."""

_HOMES: Final = (
    (BOARD_READERS, "/"),
    (CUSTOMER_READERS, "/customers"),
    (MANAGERS, "/settings/people"),
)


def home(roles: frozenset[str]) -> str:
    """The page that somebody with these roles begins with: each may see theirs."""
    return next((path for may, path in _HOMES if roles.intersection(may)), "/account")


class NotLoggedInError(Exception):
    """Nobody, or nobody any more, is logged in."""


class ForbiddenError(Refusal):
    """The text tells people what is missing."""


@dataclass(frozen=True, slots=True)
class Public:
    """Marks a route that anybody may use."""

    def __call__(self) -> None:
        """Let everybody pass."""


@dataclass(frozen=True, slots=True)
class Requires:
    """Lets only holders of one of the roles pass."""

    roles: frozenset[str]

    async def __call__(self, request: Request) -> Principal:
        """Find out who asks, and leave it in `request.state`.

        Raises:
            NotLoggedInError: nobody known.
            ForbiddenError: somebody without any of the roles, or a forged request.
        """
        principal = await _who(request)
        if principal is None:
            raise NotLoggedInError
        request.state.principal = principal
        # Before anything is read: what changes from now on reaches the live view.
        request.state.live_position = services(request).feed.position
        if not self.roles & principal.roles:
            allowed = tuple(map(Wording, sorted(self.roles)))
            raise ForbiddenError("This needs the role {roles}.", roles=allowed)
        return principal


def requires(*roles: str) -> Any:
    """A dependency: the route is for these roles, and gets the `Principal`."""
    unknown = set(roles) - ROLES
    if unknown or not roles:
        raise ValueError(f"no such role: {', '.join(sorted(unknown)) or 'none given'}")
    return Depends(Requires(frozenset(roles)))


def public() -> Any:
    """A dependency: the route is for everybody."""
    return Depends(Public())


async def _who(request: Request) -> Principal | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await services(request).accounts.machine(key.strip())
    session = await _session(request)
    if session is None:
        return None
    request.state.session = session
    if not await csrf.genuine(request, session.csrf):
        raise ForbiddenError(
            "This request did not come from our own page, or the page is too old."
            " Reload it and try again."
        )
    return session.principal


async def _session(request: Request) -> Session | None:
    secret = sessions.secret(request)
    return await services(request).sessions.find(secret) if secret else None
