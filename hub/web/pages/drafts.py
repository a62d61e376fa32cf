"""What an agent has begun: saved while they type, listed, and thrown away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.drafts import Kind, Place
from hub.web.access import DESK, requires
from hub.web.drafting import Begun, keep
from hub.web.reading import reading
from hub.web.render import page
from hub.web.services import services
from hub.web.uploading import LARGEST, drop, receive
from projections.queries.headings import headings

router = APIRouter(include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]


@router.put("/interactions/{key}/drafts/{kind}", status_code=204)
async def save(
    request: Request, person: Agent, key: UUID, kind: Kind, body: Begun
) -> None:
    """Keep what was typed so far; an empty text forgets it."""
    await keep(request, Place(person.name, key, kind), body)


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
    context = {"upload": found, "interaction_id": key}
    return page(request, "_upload.html", context, status=201)


@router.delete("/interactions/{key}/files/{upload}", status_code=204)
async def remove(request: Request, person: Agent, key: UUID, upload: UUID) -> None:
    """Take a file off the reply again."""
    await drop(request, Place(person.name, key), upload)
