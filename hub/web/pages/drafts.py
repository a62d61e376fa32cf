"""What an agent has begun: saved while they type, listed, and thrown away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime
from starlette.responses import JSONResponse, RedirectResponse

from hub.application.accounts import Principal
from hub.application.drafts import NOBODY, First, Kind, NewerDraftError, Place
from hub.web.access import DESK, requires
from hub.web.drafting import Begun, go_on, keep
from hub.web.formats import version
from hub.web.reading import reading
from hub.web.render import page
from hub.web.services import services
from hub.web.uploading import LARGEST, drop, receive
from projections.queries.headings import headings

router = APIRouter(include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]


class Continued(Begun):
    """What a form holds so far, and when the draft was saved that it goes on from."""

    known: AwareDatetime | None = None


@router.put("/interactions/{key}/drafts/{kind}")
async def save(
    request: Request, person: Agent, key: UUID, kind: Kind, body: Continued
) -> Response:
    """Keep what was typed so far; an empty text forgets it.

    Where another device saved since, that stays and is the answer (409).
    """
    return await _kept(request, Place(person.name, key, kind), body)


@router.put("/drafts/{kind}")
async def save_first(
    request: Request,
    person: Agent,
    kind: First,
    body: Continued,
    customer: UUID = NOBODY,
) -> Response:
    """Keep what is to begin an interaction, as `save`."""
    return await _kept(request, Place(person.name, customer, kind), body)


@router.post("/drafts/{kind}/discard")
async def discard_first(
    request: Request, person: Agent, kind: First, customer: UUID = NOBODY
) -> Response:
    """Throw what was to begin an interaction away."""
    await keep(request, Place(person.name, customer, kind), Begun(text=""))
    return RedirectResponse("/drafts", 303)


async def _kept(request: Request, place: Place, body: Continued) -> Response:
    try:
        saved_at = await go_on(request, place, body, body.known)
    except NewerDraftError as error:
        newer, now = error.draft.content, version(error.draft.saved_at)
        there = {"text": newer.text, "fields": dict(newer.fields), "saved_at": now}
        return JSONResponse(there, 409)
    return JSONResponse({"saved_at": version(saved_at)})


@router.post("/interactions/{key}/drafts/{kind}/discard")
async def discard(request: Request, person: Agent, key: UUID, kind: Kind) -> Response:
    """Throw a draft away."""
    await keep(request, Place(person.name, key, kind), Begun(text=""))
    return RedirectResponse("/drafts", 303)


@router.get("/drafts")
async def show(request: Request, person: Agent) -> Response:
    """All drafts of whoever asks."""
    found = await services(request).drafts.all_of(person.name)
    async with reading(request) as connection:
        known = await headings(connection, [one.place.interaction for one in found])
    lines = [(one, known.get(one.place.interaction)) for one in found]
    return page(request, "drafts.html", {"lines": lines})


@router.post("/interactions/{key}/files", max_body_size=LARGEST)
async def upload(request: Request, person: Agent, key: UUID, name: str) -> Response:
    """Take in a file (the body) that is to go with the reply."""
    found = await receive(request, Place(person.name, key), name)
    context = {"upload": found, "files": f"/interactions/{key}/files"}
    return page(request, "_upload.html", context, status=201)


@router.delete("/interactions/{key}/files/{upload}", status_code=204)
async def remove(request: Request, person: Agent, key: UUID, upload: UUID) -> None:
    """Take a file off the reply again."""
    await drop(request, Place(person.name, key), upload)


@router.post("/drafts/letter/files", max_body_size=LARGEST)
async def upload_first(
    request: Request, person: Agent, name: str, customer: UUID = NOBODY
) -> Response:
    """Take in a file that is to go with a message that is written first."""
    found = await receive(request, Place(person.name, customer, "letter"), name)
    of = f"?customer={customer}" if customer != NOBODY else ""
    context = {"upload": found, "files": "/drafts/letter/files", "of": of}
    return page(request, "_upload.html", context, status=201)


@router.delete("/drafts/letter/files/{upload}", status_code=204)
async def remove_first(
    request: Request, person: Agent, upload: UUID, customer: UUID = NOBODY
) -> None:
    """Take a file off it again."""
    await drop(request, Place(person.name, customer, "letter"), upload)
