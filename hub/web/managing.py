"""What managers do with people, on the page as in the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import Request

from events.personal import PersonalProfile
from hub.application.accounts import Account, Principal
from hub.application.errors import NotFoundError, RefusedError
from hub.application.joining import LIFETIME
from hub.application.letters import LetterError
from hub.domain.person import Manager
from hub.domain.refusing import Wording
from hub.web.formats import plain_moment
from hub.web.languages import gettext
from hub.web.services import services

_log = structlog.get_logger("touchline.people")

SUBJECT: Final = Wording("Your account on touchline")
LETTER: Final = Wording(
    """\
Hello {shown},

{by} lets you into touchline. Your user name is {name}.
Choose your password here:

{url}

The link works once, until {until}. Nobody will ever ask you for it.
"""
)


@dataclass(frozen=True, slots=True)
class Handed:
    """A link to choose a password by; it can be read only now.

    `mailed` says whether it went to the person's mail address.
    """

    name: str
    url: str
    expires_at: datetime
    mailed: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here; `locked_until` after too many failed log-ins."""

    account: Account
    locked_until: datetime | None

    @property
    def state(self) -> str:
        """`disabled`, `locked`, `invited` (no password yet) or `active`."""
        if self.account.disabled:
            return "disabled"
        if self.locked_until:
            return "locked"
        return "active" if self.account.password or self.account.seen_at else "invited"

    def found_by(self, words: str) -> bool:
        """Whether all words are in a name, the address or a role."""
        one = self.account
        text = " ".join((one.name, one.display_name, one.email, *one.roles)).casefold()
        return all(word in text for word in words.casefold().split())


def manager(person: Principal) -> Manager:
    """Somebody as the rules see them."""
    return Manager(person.name, person.roles)


async def members(request: Request, words: str = "", state: str = "") -> list[Member]:
    """Everybody who works here, or those that fit."""
    hub = services(request)
    accounts = await hub.accounts.people()
    locked = await hub.attempts.locked(one.name for one in accounts)
    found = [Member(one, locked.get(one.name)) for one in accounts]
    return [one for one in found if one.found_by(words) and state in {"", one.state}]


async def member(request: Request, name: str) -> Member:
    """Somebody who works here.

    Raises:
        NotFoundError: nobody has this name.
    """
    hub = services(request)
    account = await hub.accounts.account(name)
    if account is None:
        raise NotFoundError("Nobody has the user name {name}.", name=name[:64])
    return Member(account, (await hub.attempts.locked([name])).get(name))


async def invite(
    request: Request,
    person: Principal,
    name: str,
    profile: PersonalProfile,
    roles: list[str],
) -> Handed:
    """Let somebody in, and make the link by which they choose a password."""
    await services(request).staff.invite(manager(person), name, profile, roles)
    return await _handed(request, person, name)


async def reset(request: Request, person: Principal, name: str) -> Handed:
    """Make a link by which somebody chooses another password.

    The one they have works until then.
    """
    await services(request).staff.may_manage(manager(person), name)
    return await _handed(request, person, name)


async def unlock(request: Request, person: Principal, name: str) -> None:
    """Let somebody try to log in again, though they failed too often."""
    await services(request).staff.may_manage(manager(person), name)
    await services(request).attempts.unlock(name)
    _log.info("unlocked", person=name, by=person.name)


async def log_out(request: Request, person: Principal, name: str) -> int:
    """End all sessions of somebody."""
    await services(request).staff.may_manage(manager(person), name)
    ended = await services(request).sessions.end_all(name)
    _log.info("logged_out", person=name, by=person.name, sessions=ended)
    return ended


async def end_session(
    request: Request, person: Principal, name: str, session: UUID
) -> None:
    """End one session of somebody."""
    await services(request).staff.may_manage(manager(person), name)
    await services(request).sessions.end_one(name, session)
    _log.info("session_ended", person=name, by=person.name)


def desk_url(request: Request) -> str:
    """Where browsers find the desk, without a slash at its end."""
    return services(request).settings.web.url or str(request.base_url).rstrip("/")


async def _handed(request: Request, person: Principal, name: str) -> Handed:
    try:
        link = await services(request).links.make(name, person.name, LIFETIME)
    except KeyError:
        raise RefusedError(
            "This account is disabled. Enable it first, then reset its password."
        ) from None
    handed = Handed(
        name,
        f"{desk_url(request)}/join/{quote(link.secret)}",
        link.expires_at,
        mailed=False,
    )
    _log.info("link_made", person=name, by=person.name)
    return await _mailed(request, person, handed)


async def _mailed(request: Request, person: Principal, handed: Handed) -> Handed:
    hub = services(request)
    account = (await member(request, handed.name)).account
    if hub.letters is None or not account.email:
        return handed
    text = gettext(LETTER).format(
        shown=account.display_name,
        by=person.display_name,
        name=account.name,
        url=handed.url,
        until=plain_moment(handed.expires_at),
    )
    try:
        await hub.letters.send(account.email, gettext(SUBJECT), text)
    except LetterError as error:
        _log.warning("letter_not_sent", person=account.name, reason=str(error))
        return handed
    return Handed(handed.name, handed.url, handed.expires_at, mailed=True)
