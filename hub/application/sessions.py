"""Sessions: who is logged in, on what, since when; and the port that knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from hub.application.accounts import Principal


class Lifetime(NamedTuple):
    """A session ends after `whole`, and `idle` after it was used last."""

    whole: timedelta
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is logged in; `csrf` is the secret that their forms repeat."""

    id: UUID
    principal: Principal
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session as its person sees it; `agent` is what the browser says it is."""

    id: UUID
    agent: str
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime


class Sessions(Protocol):
    """Who is logged in. Only digests of secrets are kept, and none is ever logged.

    What ends here ends its live views too. Every method raises `StoreUnavailableError`
    when the sessions cannot be asked now.
    """

    async def begin(self, name: str, lifetime: Lifetime, agent: str = "") -> str:
        """Log a person in and return the secret for the cookie.

        Raises:
            KeyError: nobody has this name, or the account is disabled.
        """
        ...

    async def find(self, secret: str) -> Session | None:
        """The session of a cookie, unless it ended; this counts as a use of it."""
        ...

    async def end(self, secret: str) -> None:
        """Log out; unknown secrets are ignored."""
        ...

    async def of(self, name: str) -> list[LoggedIn]:
        """Somebody's sessions, the one used last first."""
        ...

    async def present(self, roles: Iterable[str]) -> Mapping[str, datetime]:
        """Who of these roles is logged in, and when each did something last."""
        ...

    async def end_one(self, name: str, session: UUID) -> None:
        """End one of somebody's sessions; one that is gone is ignored."""
        ...

    async def end_all(self, name: str, *, besides: UUID | None = None) -> int:
        """End somebody's sessions, but for one; answer how many there were."""
        ...
