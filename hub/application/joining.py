"""Links by which people choose a password: invitations, and after a reset."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from hub.application.accounts import Account, Accounts
from hub.application.attempts import Attempts
from hub.application.errors import NotFoundError
from hub.application.passwords import check_new
from hub.application.sessions import Sessions
from hub.domain.refusing import Wording

LIFETIME: Final = timedelta(days=3)
"""How long a link works."""

_GONE: Final = Wording(
    "This link does not work any more: it was used, replaced, or is too old. Ask"
    " whoever sent it for a new one."
)
_log = structlog.get_logger("touchline.people")


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just made: its secret can be read only now."""

    secret: str
    expires_at: datetime


class Links(Protocol):
    """Secrets that let somebody choose a password, once; only digests are kept."""

    async def make(self, name: str, by: str, lifetime: timedelta) -> Link:
        """A link for somebody; the one they had before works no more.

        Raises:
            KeyError: nobody has this name, or the account is disabled.
        """
        ...

    async def whose(self, secret: str) -> str | None:
        """Whom a link is for, while it works."""
        ...

    async def use(self, secret: str) -> str | None:
        """As `whose`, and it works no more."""
        ...


@dataclass(frozen=True, slots=True)
class Joining:
    """Lets the holder of a link choose a password."""

    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    links: Links

    async def whose(self, secret: str) -> Account:
        """Whom a link is for.

        Raises:
            NotFoundError: it does not work, or not any more.
        """
        name = await self.links.whose(secret)
        account = await self.accounts.account(name) if name else None
        if account is None:
            raise NotFoundError(_GONE)
        return account

    async def join(self, secret: str, password: str, shortest: int) -> Account:
        """Set the password; sessions of before end, and a lock with them.

        Raises:
            NotFoundError: the link does not work, or not any more.
            RefusedError: the password is too weak; the link goes on working.
        """
        account = await self.whose(secret)
        about = (account.name, account.display_name, account.email)
        check_new(password, about, shortest)
        if await self.links.use(secret) != account.name:
            raise NotFoundError(_GONE)
        await self.accounts.set_password(account.name, password)
        await self.sessions.end_all(account.name)
        await self.attempts.unlock(account.name)
        _log.info("password_chosen", person=account.name)
        return account
