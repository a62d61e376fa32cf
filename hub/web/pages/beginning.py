"""Write to somebody first, and note a call, a visit or a letter."""

from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.beginning import letter_id
from hub.application.drafts import NOBODY, First, Place
from hub.application.written import Begun, Letter
from hub.domain.beginning import BY_HAND, Noted, Whom
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.carrying import carried
from hub.web.configured import closings
from hub.web.local_time import moment_in
from hub.web.pages.commands import LONGEST
from hub.web.reading import reading
from hub.web.render import page
from hub.web.services import services
from hub.web.towards import choices, hold_of, identifier_of, senders
from projections.queries import customer as customers

router = APIRouter(include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]
Line = Annotated[str, Field(max_length=200)]
Address = Annotated[str, Field(max_length=400)]


class _Somebody(BaseModel):
    model_config = ConfigDict(extra="ignore")

    request: UUID
    customer: UUID | Literal[""] = ""
    to: Address = ""
    typed: Address = ""
    name: Line = ""
    subject: Line = ""
    text: Annotated[str, Field(max_length=LONGEST)] = ""

    def whom(self, request: Request) -> Whom:
        """Who is meant: what was typed counts before what was chosen."""
        identifier = identifier_of(request, self.typed or self.to)
        return Whom(self.customer or None, identifier, self.name.strip())

    @property
    def said(self) -> str:
        """The text, with line ends as everywhere."""
        return self.text.replace("\r\n", "\n").strip()


class Written(_Somebody):
    """The form of a message; `file` are ids of uploads."""

    ours: Address = ""
    file: list[UUID] = []


class NotedDown(_Somebody):
    """The form of a contact; `then` is `mine`, `queue:<name>` or `close:<how>`."""

    channel: Annotated[str, Field(max_length=40)] = ""
    direction: Annotated[str, Field(max_length=3)] = "in"
    happened: Annotated[str, Field(max_length=40)] = ""
    zone: Annotated[str, Field(max_length=60)] = "UTC"
    then: Annotated[str, Field(max_length=60)] = "mine"


@router.get("/write")
async def write_form(request: Request, person: Agent, customer: str = "") -> Response:
    """The form of a message; to a customer, or to an address that is typed."""
    return page(request, "write.html", await _form(request, person, "letter", customer))


@router.get("/note")
async def note_form(request: Request, person: Agent, customer: str = "") -> Response:
    """The form of a contact that there was."""
    return page(request, "note.html", await _form(request, person, "contact", customer))


@router.post("/write")
async def write(
    request: Request, person: Agent, form: Annotated[Written, Form()]
) -> Response:
    """Send it, and show the interaction that it opened."""
    letter = Letter(form.whom(request), form.subject, form.said, form.ours)
    place = Place(person.name, form.customer or NOBODY, "letter")
    async with carried(request, place, form.file, letter_id(form.request)) as files:
        begun = await services(request).beginning.write(
            person.name,
            replace(letter, files=files),
            request=form.request,
            hold=hold_of(request),
        )
    await _sent(request, person, "letter", form)
    return _shown(request, begun)


@router.post("/note")
async def note(
    request: Request, person: Agent, form: Annotated[NotedDown, Form()]
) -> Response:
    """Note it, and show the interaction that it opened."""
    what, _, name = form.then.partition(":")
    noted = Noted(
        channel=form.channel,
        direction=form.direction,
        happened_at=moment_in(form.happened, form.zone),
        subject=form.subject.strip(),
        text=form.said,
        queue=name if what == "queue" else "",
        disposition=name if what == "close" else "",
    )
    whom, beginning = form.whom(request), services(request).beginning
    begun = await beginning.note(person.name, whom, noted, request=form.request)
    await _sent(request, person, "contact", form)
    return _shown(request, begun)


async def _sent(
    request: Request, person: Principal, kind: First, form: _Somebody
) -> None:
    place = Place(person.name, form.customer or NOBODY, kind)
    await services(request).drafts.sent(place, form.said)


def _shown(request: Request, begun: Begun) -> Response:
    place = f"/interactions/{begun.interaction_id}?after={begun.after}"
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": place})
    return RedirectResponse(place, 303)


async def _form(
    request: Request, person: Principal, kind: First, customer: str
) -> dict[str, Any]:
    card, now = None, services(request).configured.now
    if customer:
        async with reading(request) as connection:
            card = await customers.card(connection, find.customer_id(customer))
    place = Place(person.name, card.customer_id if card else NOBODY, kind)
    known = await services(request).drafts.of(place.person, place.interaction)
    draft = next((one for one in known if one.place == place), None)
    return {
        "card": card,
        "draft": draft,
        "uploads": await services(request).uploads.of(place),
        "of": f"?customer={card.customer_id}" if card else "",
        "kept": draft.content.fields if draft else {},
        "choices": choices(request, card),
        "senders": senders(request),
        "by_hand": BY_HAND,
        "text_limit": services(request).writing.ours.text_limit,
        "queues": {name: queue.title for name, queue in now.queues.items()},
        "closings": closings(now, now.routing.default),
        "request_id": uuid4(),
    }
