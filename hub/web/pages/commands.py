"""What the buttons of an interaction's page do.

Without scripts every button leads back to the page; with them the answer is the
part of the page that changed. Both wait until they see what they did.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.domain.marking import mentioned
from hub.web.access import DESK, requires
from hub.web.colleagues import acting, colleague, everybody
from hub.web.local_time import moment_in
from hub.web.pages.interaction import desk_fragment
from hub.web.services import services

router = APIRouter(prefix="/interactions/{key}", include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]

LONGEST = 100_000
"""Characters of a reply, or of a note."""


@router.post("/take")
async def take(request: Request, person: Agent, key: UUID) -> Response:
    """Handle it."""
    token = await services(request).desk.take(
        key, person.name, supervisor=acting(person).supervisor
    )
    return await done(request, person, key, token)


@router.post("/put-back")
async def put_back(request: Request, person: Agent, key: UUID) -> Response:
    """Let it wait again."""
    token = await services(request).desk.put_back(key, acting(person))
    return await done(request, person, key, token)


@router.post("/close")
async def close(
    request: Request, person: Agent, key: UUID, disposition: Annotated[str, Form()]
) -> Response:
    """End the work."""
    token = await services(request).desk.close(key, acting(person), disposition)
    return await done(request, person, key, token)


@router.post("/follow-up")
async def follow_up(
    request: Request,
    person: Agent,
    key: UUID,
    due: Annotated[str, Form()],
    zone: Annotated[str, Form()] = "UTC",
) -> Response:
    """Set it aside until a time on the clock of whoever asks."""
    due_at = moment_in(due, zone)
    token = await services(request).desk.follow_up(key, acting(person), due_at)
    return await done(request, person, key, token)


@router.post("/assign")
async def assign(
    request: Request, person: Agent, key: UUID, agent: Annotated[str, Form()]
) -> Response:
    """Make it somebody's work."""
    who = await colleague(request, agent)
    token = await services(request).desk.assign(key, acting(person), who)
    return await done(request, person, key, token)


@router.post("/group")
async def assign_to_group(
    request: Request, person: Agent, key: UUID, group: Annotated[str, Form()]
) -> Response:
    """Let it wait for somebody of a group."""
    desk = services(request).desk
    token = await desk.assign_to_group(key, acting(person), group)
    return await done(request, person, key, token)


@router.post("/move")
async def move(
    request: Request, person: Agent, key: UUID, queue: Annotated[str, Form()]
) -> Response:
    """Let it wait in another queue."""
    token = await services(request).desk.move(key, acting(person), queue)
    return await done(request, person, key, token)


@router.post("/priority")
async def prioritise(
    request: Request, person: Agent, key: UUID, priority: Annotated[str, Form()]
) -> Response:
    """Make it more or less urgent."""
    token = await services(request).desk.prioritise(key, person.name, priority)
    return await done(request, person, key, token)


@router.post("/tags")
async def tag(
    request: Request,
    person: Agent,
    key: UUID,
    add: Annotated[str, Form()] = "",
    remove: Annotated[str, Form()] = "",
) -> Response:
    """Add tags, written with commas between them, or remove one."""
    added = [one for one in add.split(",") if one.strip()]
    removed = [remove] if remove.strip() else []
    token = await services(request).desk.tag(key, person.name, added, removed)
    return await done(request, person, key, token)


@router.post("/notes")
async def note(
    request: Request,
    person: Agent,
    key: UUID,
    form: Annotated[UUID, Form(alias="request")],
    text: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Write a note for colleagues; the form's `request` makes a double click one."""
    if not text.strip():
        raise RefusedError("Write something first.")
    said = text.replace("\r\n", "\n").strip()
    mentions = mentioned(said, await everybody(request))
    desk = services(request).desk
    token = await desk.note(key, person.name, said, mentions, request=form)
    return await done(request, person, key, token)


@router.post("/reopen")
async def reopen(request: Request, person: Agent, key: UUID) -> Response:
    """Go on with it."""
    token = await services(request).desk.reopen(key, person.name)
    return await done(request, person, key, token)


async def done(
    request: Request, person: Principal, key: UUID, token: str, *, given_back: str = ""
) -> Response:
    """What a page shows after a command: the part that changed, or the whole of it.

    `given_back` is the message whose text the composer shows again.
    """
    if "hx-request" in request.headers:
        return await desk_fragment(request, person, key, token, given_back=given_back)
    return RedirectResponse(f"/interactions/{key}?after={token}", 303)
