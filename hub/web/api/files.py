"""Files of the API: what came with contacts, and what is to go with replies."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from hub.application.accounts import Principal
from hub.application.drafts import NOBODY, Place
from hub.web import find
from hub.web.access import CUSTOMER_READERS, DESK, requires
from hub.web.api.models import NewFile, refusals
from hub.web.contents import content_of, file_of
from hub.web.services import services
from hub.web.streaming import download
from hub.web.uploading import LARGEST, drop, receive

router = APIRouter(prefix="/api/v1")

Agent = Annotated[Principal, requires(*DESK)]

_BYTES: Final[dict[str, Any]] = {
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
}


@router.get(
    "/customers/{customer}/contacts/{touchpoint}/files/{number}",
    tags=["customers"],
    dependencies=[requires(*CUSTOMER_READERS, "integrator")],
    response_class=Response,
    responses={**refusals(404), 200: {**_BYTES, "description": "Its bytes"}},
)
async def save(
    request: Request, customer: UUID, touchpoint: UUID, number: int
) -> Response:
    """A file that came with a contact: `number` is its place among them, from 0."""
    file = file_of(await content_of(request, customer, touchpoint), number)
    return await download(services(request).blobs, file)


@router.post(
    "/interactions/{key}/files",
    tags=["interactions"],
    status_code=201,
    max_body_size=LARGEST,
    openapi_extra={"requestBody": {**_BYTES, "required": True}},
    responses=refusals(404, 409),
)
async def upload(request: Request, person: Agent, key: str, name: str) -> NewFile:
    """Take in a file, the body, for a reply: name its `id` in the reply's `files`."""
    target = await find.target(request, key)
    return NewFile.of(await receive(request, Place(person.name, target), name))


@router.delete(
    "/interactions/{key}/files/{upload}",
    tags=["interactions"],
    status_code=204,
    responses=refusals(404),
)
async def remove(request: Request, person: Agent, key: str, upload: UUID) -> None:
    """Forget a file that was not sent."""
    await drop(request, Place(person.name, await find.target(request, key)), upload)


@router.post(
    "/messages/files",
    tags=["interactions"],
    status_code=201,
    max_body_size=LARGEST,
    openapi_extra={"requestBody": {**_BYTES, "required": True}},
    responses=refusals(409),
)
async def upload_first(
    request: Request, person: Agent, name: str, customer: UUID = NOBODY
) -> NewFile:
    """Take in a file, the body, for a message that is written first.

    Name its `id` in the message's `files`, and the same `customer`.
    """
    place = Place(person.name, customer, "letter")
    return NewFile.of(await receive(request, place, name))


@router.delete(
    "/messages/files/{upload}",
    tags=["interactions"],
    status_code=204,
    responses=refusals(404),
)
async def remove_first(
    request: Request, person: Agent, upload: UUID, customer: UUID = NOBODY
) -> None:
    """Forget a file that was not sent."""
    await drop(request, Place(person.name, customer, "letter"), upload)
