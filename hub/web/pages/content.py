"""What came with a contact: its files, and its formatted mail in a frame."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from hub.web.access import CUSTOMER_READERS, requires
from hub.web.assets import asset
from hub.web.contents import content_of, file_of
from hub.web.letters import with_own_images, with_remote_images
from hub.web.mail import mail_document, mail_headers
from hub.web.services import services
from hub.web.streaming import download, preview

PREFIX = "/customers/{customer}/contacts/{touchpoint}"

router = APIRouter(prefix=PREFIX, include_in_schema=False)

_READERS = requires(*CUSTOMER_READERS)


@router.get("/files/{number}", dependencies=[_READERS])
async def save(
    request: Request, customer: UUID, touchpoint: UUID, number: int
) -> Response:
    """One of its files, to be saved."""
    file = file_of(await content_of(request, customer, touchpoint), number)
    return await download(services(request).blobs, file)


@router.get("/files/{number}/preview", dependencies=[_READERS])
async def show(
    request: Request, customer: UUID, touchpoint: UUID, number: int
) -> Response:
    """One of its files as far as it can be shown; else to be saved."""
    file = file_of(await content_of(request, customer, touchpoint), number)
    instead = request.url.path.removesuffix("/preview")
    return await preview(services(request).blobs, file, instead)


@router.get("/mail", dependencies=[_READERS])
async def mail(
    request: Request,
    customer: UUID,
    touchpoint: UUID,
    images: Literal["own", "remote"] = "own",
) -> Response:
    """The formatted mail, for a frame; with `remote` images once somebody asks."""
    found = await content_of(request, customer, touchpoint)
    hub = services(request)
    html = await with_own_images(found.html, found.inline, hub.blobs)
    if images == "remote":
        html = await with_remote_images(html, hub.remote_images)
    styles = str(request.base_url).rstrip("/") + asset("mail.css")
    return HTMLResponse(mail_document(html, styles), headers=mail_headers(styles))
