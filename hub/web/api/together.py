"""Working side by side in the API: drafts, who is at an interaction, who does what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Request

from hub.application.accounts import Principal
from hub.application.drafts import Draft, First, Kind, Place
from hub.application.errors import NotFoundError
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.api.models import refusals
from hub.web.colleagues import everybody
from hub.web.company import company
from hub.web.drafting import Begun, keep
from hub.web.reading import reading
from hub.web.services import services
from hub.web.wallboard import agents_now
from projections.queries.headings import headings
from projections.queries.metrics import InHand

router = APIRouter(prefix="/api/v1")

Agent = Annotated[Principal, requires(*DESK)]

_LATELY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: its text, what else its form holds, and when it was saved last."""

    kind: Kind | First
    text: str
    fields: dict[str, str]
    saved_at: datetime

    @classmethod
    def of(cls, one: Draft) -> "Kept":
        """What a program gets of it."""
        content = one.content
        return cls(one.place.kind, content.text, dict(content.fields), one.saved_at)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who writes now, only looks, or has begun an answer."""

    agent: str
    doing: Literal["writing", "here", "begun"]


@dataclass(frozen=True, slots=True)
class Company:
    """Who else is at an interaction, by user name."""

    items: tuple[Present, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """What somebody is at; `ended_at` is when they ended work last, in a day's time."""

    agent: str
    name: str
    logged_in: bool
    work: tuple[InHand, ...]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Floor:
    """Whoever is logged in, has work in hand or has just ended some, by user name."""

    items: tuple[Busy, ...]


@router.get(
    "/interactions/{key}/drafts/{kind}",
    tags=["interactions"],
    responses=refusals(404),
)
async def draft(request: Request, person: Agent, key: str, kind: Kind) -> Kept:
    """What whoever asks has begun to write."""
    place = Place(person.name, await _known(request, key), kind)
    found = await services(request).drafts.of(place.person, place.interaction)
    for one in found:
        if one.place == place:
            return Kept.of(one)
    raise NotFoundError("Nothing is begun there.")


@router.put(
    "/interactions/{key}/drafts/{kind}",
    tags=["interactions"],
    status_code=204,
    responses=refusals(404),
)
async def save(
    request: Request, person: Agent, key: str, kind: Kind, body: Begun
) -> None:
    """Keep what is written so far; an empty text forgets it."""
    place = Place(person.name, await _known(request, key), kind)
    await keep(request, place, body)


@router.delete(
    "/interactions/{key}/drafts/{kind}",
    tags=["interactions"],
    status_code=204,
    responses=refusals(404),
)
async def discard(request: Request, person: Agent, key: str, kind: Kind) -> None:
    """Throw a draft away; none is no error."""
    place = Place(person.name, await _known(request, key), kind)
    await keep(request, place, Begun(text=""))


@router.get(
    "/interactions/{key}/presence", tags=["interactions"], responses=refusals(404)
)
async def present(request: Request, person: Agent, key: str) -> Company:
    """Who else looks at it, writes, or has begun an answer."""
    found = await company(request, person.name, await _known(request, key))
    return Company(tuple(Present(*one) for one in found["company"]))


@router.get(
    "/agents/now",
    tags=["metrics"],
    dependencies=[requires("supervisor", "integrator")],
    responses=refusals(),
)
async def floor(request: Request) -> Floor:
    """Who is doing what now."""
    since = services(request).clock.now() - _LATELY
    async with reading(request) as connection:
        found = await agents_now(request, connection, since)
    names = await everybody(request)
    return Floor(
        tuple(
            Busy(o.name, names.get(o.name, o.name), o.logged_in, o.work, o.ended_at)
            for o in found
        )
    )


async def _known(request: Request, key: str) -> UUID:
    async with reading(request) as connection:
        id_ = await find.interaction_id(connection, key)
        if id_ not in await headings(connection, [id_]):
            raise NotFoundError("There is no such interaction.")
    return id_
