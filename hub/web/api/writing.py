"""Messages of ours by the API: taken back, sent again, and written or noted first."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hub.application.accounts import Principal
from hub.application.beginning import letter_id
from hub.application.drafts import NOBODY, Place
from hub.application.written import Begun, Letter, Withdrawn
from hub.domain.beginning import Noted, Whom
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.api.models import Done, Said, refusals
from hub.web.carrying import carried
from hub.web.colleagues import acting
from hub.web.services import services
from hub.web.towards import identifier_of

router = APIRouter(
    prefix="/api/v1", tags=["interactions"], responses=refusals(404, 409)
)

Agent = Annotated[Principal, requires(*DESK)]
Line = Annotated[str, Field(max_length=200)]
Address = Annotated[str, Field(max_length=400)]


class _Somebody(BaseModel):
    """`to` is a mail address or telephone number; `customer` an id; `name` is new."""

    model_config = ConfigDict(extra="forbid")

    to: Address = ""
    customer: UUID | None = None
    name: Line = ""
    request: UUID

    def whom(self, request: Request) -> Whom:
        """Who is meant."""
        return Whom(self.customer, identifier_of(request, self.to), self.name.strip())


class NewMessage(_Somebody):
    """A mail or text message that we write first; the same `request` sends it once.

    `files` are ids of files that were taken in for it.
    """

    subject: Line = ""
    text: Said
    ours: Address = ""
    files: Annotated[list[UUID], Field(max_length=100)] = []
    hold: Annotated[float, Field(ge=0, le=3600)] = 0


class NewContact(_Somebody):
    """A call, visit or letter that there was; the same `request` notes it once.

    Then it waits in `queue`, or is closed with `disposition`, or is the caller's work.
    """

    channel: Literal["phone", "in_person", "letter"]
    direction: Literal["in", "out"] = "in"
    happened_at: AwareDatetime
    subject: Line = ""
    text: Said
    queue: Annotated[str, Field(max_length=40)] = ""
    disposition: Annotated[str, Field(max_length=40)] = ""


class Again(BaseModel):
    """Whether what is uncertain may arrive `twice`."""

    model_config = ConfigDict(extra="forbid")

    twice: bool = False


@router.post("/interactions/{key}/messages/{message}/withdraw")
async def withdraw(
    request: Request, person: Agent, key: str, message: UUID
) -> Withdrawn:
    """Take back what has not left: its author may, and a supervisor."""
    target = await find.target(request, key)
    hub = services(request)
    back = await hub.writing.withdraw(target, acting(person), message)
    await hub.uploads.give_back(Place(back.author, back.interaction_id), message)
    return back


@router.post("/interactions/{key}/messages/{message}/repeat")
async def repeat(
    request: Request, person: Agent, key: str, message: UUID, body: Again
) -> Done:
    """Send again what failed, as another message; once."""
    target = await find.target(request, key)
    writing = services(request).writing
    return Done(await writing.repeat(target, person.name, message, twice=body.twice))


@router.post("/messages")
async def write(request: Request, person: Agent, body: NewMessage) -> Begun:
    """Write to somebody first: it opens an interaction, which is the caller's work."""
    letter = Letter(body.whom(request), body.subject, body.text, body.ours)
    place = Place(person.name, body.customer or NOBODY, "letter")
    async with carried(request, place, body.files, letter_id(body.request)) as files:
        return await services(request).beginning.write(
            person.name,
            replace(letter, files=files),
            request=body.request,
            hold=timedelta(seconds=body.hold),
        )


@router.post("/contacts")
async def note(request: Request, person: Agent, body: NewContact) -> Begun:
    """Note a call, a visit or a letter: it opens an interaction."""
    noted = Noted(
        channel=body.channel,
        direction=body.direction,
        happened_at=body.happened_at,
        subject=body.subject.strip(),
        text=body.text,
        queue=body.queue,
        disposition=body.disposition,
    )
    whom, beginning = body.whom(request), services(request).beginning
    return await beginning.note(person.name, whom, noted, request=body.request)
