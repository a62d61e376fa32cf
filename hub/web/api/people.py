"""People who work here, in the API: the same as on their page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from events.personal import PersonalProfile
from hub.application.accounts import Principal
from hub.application.sessions import LoggedIn
from hub.domain.person import MANAGERS
from hub.web import managing
from hub.web.access import requires
from hub.web.api.models import refusals
from hub.web.managing import Handed, Member, manager
from hub.web.services import services

router = APIRouter(
    prefix="/api/v1/people", tags=["people"], responses=refusals(404, 409)
)

_MANAGERS = requires(*MANAGERS)
By = Annotated[Principal, _MANAGERS]
Short = Annotated[str, Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class PersonItem:
    """Somebody who works here; `state`: active, invited, locked or disabled."""

    name: str
    display_name: str
    email: str
    roles: tuple[str, ...]
    state: str
    seen_at: datetime | None
    locked_until: datetime | None

    @classmethod
    def of(cls, member: Member) -> "PersonItem":
        """The item of a member."""
        one = member.account
        return cls(
            one.name,
            one.display_name,
            one.email,
            tuple(sorted(one.roles)),
            member.state,
            one.seen_at,
            member.locked_until,
        )


@dataclass(frozen=True, slots=True)
class PeopleList:
    """Everybody, or those that were searched for, by user name."""

    items: tuple[PersonItem, ...]


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """What was changed, and how they stood after it."""

    version: int
    at: datetime
    actor: str
    kind: str
    display_name: str
    email: str
    roles: tuple[str, ...]
    disabled: bool
    undoable: bool


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """All that was changed about somebody, the latest first."""

    items: tuple[ChangeItem, ...]


@dataclass(frozen=True, slots=True)
class PersonSessions:
    """Where somebody is logged in, the session used last first."""

    items: tuple[LoggedIn, ...]


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """How many sessions ended."""

    ended: int


class Profile(BaseModel, extra="forbid"):
    """How somebody is called, and their mail address or nothing."""

    display_name: Short
    email: Short = ""


class Invitation(Profile):
    """Somebody who shall be let in."""

    name: Short
    roles: list[Short]


class NewRoles(BaseModel, extra="forbid"):
    """All roles from now on."""

    roles: list[Short]


class Undo(BaseModel, extra="forbid"):
    """The version of the change, as the history names it."""

    version: int


@router.get("", dependencies=[_MANAGERS])
async def everybody(request: Request, q: str = "", state: str = "") -> PeopleList:
    """Who works here."""
    found = await managing.members(request, q, state)
    return PeopleList(tuple(map(PersonItem.of, found)))


@router.post("")
async def invite(request: Request, person: By, body: Invitation) -> Handed:
    """Let somebody in; the link can be read only now."""
    profile = PersonalProfile(body.display_name, body.email)
    return await managing.invite(request, person, body.name, profile, body.roles)


@router.get("/{name}", dependencies=[_MANAGERS])
async def one(request: Request, name: str) -> PersonItem:
    """One person."""
    return PersonItem.of(await managing.member(request, name))


@router.get("/{name}/history", dependencies=[_MANAGERS])
async def history(request: Request, name: str) -> PersonHistory:
    """What was changed, by whom and when."""
    found = await services(request).staff.history(name)
    return PersonHistory(
        tuple(
            ChangeItem(
                one.version,
                one.at,
                one.actor,
                one.kind,
                one.person.display_name,
                one.person.email,
                one.person.roles,
                one.person.disabled,
                one.undoable,
            )
            for one in found
        )
    )


@router.post("/{name}/roles", status_code=204)
async def roles(request: Request, person: By, name: str, body: NewRoles) -> None:
    """Give them these roles and no others."""
    await services(request).staff.change_roles(manager(person), name, body.roles)


@router.post("/{name}/profile", status_code=204)
async def profile(request: Request, person: By, name: str, body: Profile) -> None:
    """Change how they are called and reached."""
    changed = PersonalProfile(body.display_name, body.email)
    await services(request).staff.rename(manager(person), name, changed)


@router.post("/{name}/disable", status_code=204)
async def disable(request: Request, person: By, name: str) -> None:
    """Close the account: sessions and live views end at once."""
    await services(request).staff.disable(manager(person), name)


@router.post("/{name}/enable", status_code=204)
async def enable(request: Request, person: By, name: str) -> None:
    """Open the account again."""
    await services(request).staff.enable(manager(person), name)


@router.post("/{name}/undo", status_code=204)
async def undo(request: Request, person: By, name: str, body: Undo) -> None:
    """Make one change undone, unless the same was changed again since."""
    await services(request).staff.undo(manager(person), name, body.version)


@router.post("/{name}/reset")
async def reset(request: Request, person: By, name: str) -> Handed:
    """Make a link to another password; it can be read only now."""
    return await managing.reset(request, person, name)


@router.post("/{name}/unlock", status_code=204)
async def unlock(request: Request, person: By, name: str) -> None:
    """Let them try to log in again."""
    await managing.unlock(request, person, name)


@router.post("/{name}/sessions/{session}/end", status_code=204)
async def end_session(request: Request, person: By, name: str, session: UUID) -> None:
    """End one of their sessions."""
    await managing.end_session(request, person, name, session)


@router.get("/{name}/sessions", dependencies=[_MANAGERS])
async def sessions(request: Request, name: str) -> PersonSessions:
    """Where somebody is logged in."""
    await managing.member(request, name)
    found = await services(request).sessions.of(name)
    return PersonSessions(tuple(found))


@router.post("/{name}/log-out")
async def log_out(request: Request, person: By, name: str) -> SessionsEnded:
    """End all their sessions."""
    return SessionsEnded(await managing.log_out(request, person, name))
