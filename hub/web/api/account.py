"""One's own account in the API; programs that come by a key have none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from hub.application.accounts import Principal
from hub.application.passwords import LONGEST
from hub.domain.person import ROLES
from hub.web import own_account, sessions
from hub.web.access import requires
from hub.web.api.models import refusals
from hub.web.devices import device

router = APIRouter(
    prefix="/api/v1/account", tags=["account"], responses=refusals(409, 429)
)

Anybody = Annotated[Principal, requires(*ROLES)]


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks; `machine` by an API key."""

    name: str
    display_name: str
    roles: tuple[str, ...]
    machine: bool


@dataclass(frozen=True, slots=True)
class SessionItem:
    """Where somebody is logged in; `current` is the session that asks."""

    id: UUID
    device: str
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class SessionList:
    """Sessions, the one that asks first, then by last use."""

    items: tuple[SessionItem, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """How many sessions ended."""

    ended: int


class NewPassword(BaseModel, extra="forbid"):
    """The password as it is, and as it shall be."""

    current: Annotated[str, Field(max_length=LONGEST)]
    fresh: Annotated[str, Field(max_length=LONGEST)]


@router.get("")
async def me(person: Anybody) -> Me:
    """Who one is here."""
    roles = tuple(sorted(person.roles))
    return Me(person.name, person.display_name, roles, person.machine)


@router.get("/sessions")
async def own_sessions(request: Request, person: Anybody) -> SessionList:
    """Where one is logged in."""
    here = sessions.current(request)
    found = await own_account.own_sessions(request, person)
    return SessionList(
        tuple(
            SessionItem(
                one.id,
                device(one.agent),
                one.begun_at,
                one.seen_at,
                one.expires_at,
                current=here is not None and one.id == here.id,
            )
            for one in found
        )
    )


@router.post("/sessions/end-others")
async def end_others(request: Request, person: Anybody) -> Ended:
    """Log out everywhere but here."""
    return Ended(await own_account.end_others(request, person))


@router.post("/sessions/{session}/end", status_code=204)
async def end(request: Request, person: Anybody, session: UUID) -> None:
    """Log out elsewhere."""
    await own_account.end_session(request, person, session)


@router.post("/password", status_code=204)
async def password(request: Request, person: Anybody, body: NewPassword) -> None:
    """Take another password; all other sessions end."""
    await own_account.change_password(request, person, body.current, body.fresh)
