"""People who work here, from the command line: the same commands as on the page."""

import getpass
import sys
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from events.personal import PersonalProfile
from hub.application.accounts import Account
from hub.application.errors import NotFoundError, RefusedError
from hub.application.joining import LIFETIME
from hub.application.passwords import check_new
from hub.application.staff import Change
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault
from hub.domain.person import Manager
from hub.runtime.settings import load_settings

__all__ = [
    "Newcomer",
    "disable",
    "enable",
    "history",
    "invite",
    "log_out",
    "new_link",
    "password_from",
    "people",
    "roles",
    "save",
    "undo",
    "unlock",
]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account to be; an empty name or address leaves what is known."""

    name: str
    display_name: str
    email: str
    roles: tuple[str, ...]


def operator() -> Manager:
    """Whoever runs the command: who may, on this machine, may decide everything."""
    return Manager(f"cli:{getpass.getuser()}", frozenset({"admin"}))


def password_from(said: str, who: Newcomer) -> str:
    """The password as it was typed, or from a pipe for `-`.

    Raises:
        Fault: it is too short, or easy to guess.
    """
    password = sys.stdin.readline().rstrip("\n") if said == "-" else said
    about = (who.name, who.display_name, who.email)
    try:
        check_new(password, about, load_settings().web.password_length)
    except RefusedError as error:
        raise Fault(str(error), code=Exit.USAGE) from None
    return password


async def save(services: Services, who: Newcomer, password: str) -> Account:
    """Create an account, or change it, and set its password; sessions end.

    Raises:
        Fault: a role does not exist, or the name is none.
    """
    known = await services.accounts.account(who.name)
    try:
        await (_change(services, who, known) if known else _invite(services, who))
    except RefusedError as error:
        raise Fault(str(error), code=Exit.USAGE) from None
    await services.accounts.set_password(who.name, password)
    await services.sessions.end_all(who.name)
    await services.attempts.unlock(who.name)
    return await _account(services, who.name)


async def invite(services: Services, who: Newcomer) -> dict[str, Any]:
    """Create an account without a password; answer the link to choose one by.

    Raises:
        Fault: the name is none or taken, or a role does not exist.
    """
    try:
        await _invite(services, who)
    except RefusedError as error:
        raise Fault(str(error), code=Exit.USAGE) from None
    return await new_link(services, who.name)


async def new_link(services: Services, name: str) -> dict[str, Any]:
    """A link by which somebody chooses a password.

    Raises:
        Fault: nobody has this name, or the account is disabled.
    """
    try:
        made = await services.links.make(name, operator().name, LIFETIME)
    except KeyError:
        raise Fault(
            f"Nobody who may come in has the user name {name}.",
            hint="touchline people list shows all.",
            code=Exit.NOT_FOUND,
        ) from None
    web = services.settings.web
    desk = web.url or f"http://{web.host}:{web.port}"
    url = f"{desk}/join/{quote(made.secret)}"
    return {"name": name, "url": url, "expires_at": made.expires_at}


async def people(services: Services) -> list[Account]:
    """Everybody with an account, by user name."""
    return await services.accounts.people()


async def roles(services: Services, name: str, granted: tuple[str, ...]) -> None:
    """Give somebody these roles and no others."""
    await services.staff.change_roles(operator(), name, granted)


async def disable(services: Services, name: str) -> None:
    """Close an account, and end its sessions."""
    await services.staff.disable(operator(), name)


async def enable(services: Services, name: str) -> None:
    """Open a closed account again."""
    await services.staff.enable(operator(), name)


async def undo(services: Services, name: str, version: int) -> None:
    """Make one change undone."""
    await services.staff.undo(operator(), name, version)


async def history(services: Services, name: str) -> list[Change]:
    """What was changed, the latest first."""
    return await services.staff.history(name)


async def unlock(services: Services, name: str) -> None:
    """Forget failed log-ins of a name."""
    await _account(services, name)
    await services.attempts.unlock(name)


async def log_out(services: Services, name: str) -> int:
    """End all sessions of somebody; answer how many."""
    await _account(services, name)
    return await services.sessions.end_all(name)


async def _invite(services: Services, who: Newcomer) -> None:
    profile = PersonalProfile(who.display_name or who.name, who.email)
    await services.staff.invite(operator(), who.name, profile, who.roles)


async def _change(services: Services, who: Newcomer, known: Account) -> None:
    profile = PersonalProfile(known.display_name, known.email)
    given = {"display_name": who.display_name, "email": who.email}
    changed = replace(profile, **{name: one for name, one in given.items() if one})
    await services.staff.change_roles(operator(), who.name, who.roles)
    await services.staff.rename(operator(), who.name, changed)


async def _account(services: Services, name: str) -> Account:
    found = await services.accounts.account(name)
    if found is None:
        raise NotFoundError(f"Nobody has the user name {name}.")
    return found
