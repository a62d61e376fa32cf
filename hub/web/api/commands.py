"""Commands of the API: the same as the buttons on the page."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request

from hub.application.accounts import Principal
from hub.application.drafts import Place
from hub.domain.marking import mentioned
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.answering import Answer, send
from hub.web.api.models import (
    Assignment,
    Closing,
    Done,
    FollowUp,
    ForGroup,
    Move,
    NewNote,
    Priority,
    Reply,
    Tags,
    refusals,
)
from hub.web.colleagues import acting, colleague, everybody
from hub.web.services import services
from hub.web.towards import identifier_of

router = APIRouter(
    prefix="/api/v1/interactions/{key}",
    tags=["interactions"],
    responses=refusals(404, 409),
)

Agent = Annotated[Principal, requires(*DESK)]


@router.post("/take")
async def take(request: Request, person: Agent, key: str) -> Done:
    """Handle it; of two at once one wins, and the other is told who."""
    target = await find.target(request, key)
    supervisor = acting(person).supervisor
    desk = services(request).desk
    return Done(await desk.take(target, person.name, supervisor=supervisor))


@router.post("/put-back")
async def put_back(request: Request, person: Agent, key: str) -> Done:
    """Let it wait in its queue again."""
    target = await find.target(request, key)
    return Done(await services(request).desk.put_back(target, acting(person)))


@router.post("/reply")
async def reply(request: Request, person: Agent, key: str, body: Reply) -> Done:
    """Answer the customer's last contact; one `request` sends once.

    What is held back can be withdrawn at `…/messages/{message}/withdraw`; its id is the
    `touchpoint_id` in the interaction's `held`.
    """
    target = await find.target(request, key)
    wanted = Answer(
        body.text,
        body.request,
        body.files,
        body.seen,
        hold=timedelta(seconds=body.hold),
        to=identifier_of(request, body.to),
        ours=body.ours,
    )
    return Done(await send(request, Place(person.name, target), wanted))


@router.post("/close")
async def close(request: Request, person: Agent, key: str, body: Closing) -> Done:
    """End the work."""
    target = await find.target(request, key)
    desk = services(request).desk
    return Done(await desk.close(target, acting(person), body.disposition))


@router.post("/follow-up")
async def follow_up(request: Request, person: Agent, key: str, body: FollowUp) -> Done:
    """Set it aside until a date, or the customer's next contact before it."""
    target = await find.target(request, key)
    desk = services(request).desk
    return Done(await desk.follow_up(target, acting(person), body.due_at))


@router.post("/assign")
async def assign(request: Request, person: Agent, key: str, body: Assignment) -> Done:
    """Make it somebody's work; what others have only a supervisor gives away."""
    target = await find.target(request, key)
    agent = await colleague(request, body.agent)
    return Done(await services(request).desk.assign(target, acting(person), agent))


@router.post("/group")
async def assign_to_group(
    request: Request, person: Agent, key: str, body: ForGroup
) -> Done:
    """Let it wait for somebody of a group."""
    target = await find.target(request, key)
    desk = services(request).desk
    return Done(await desk.assign_to_group(target, acting(person), body.group))


@router.post("/move")
async def move(request: Request, person: Agent, key: str, body: Move) -> Done:
    """Let it wait in another queue."""
    target = await find.target(request, key)
    return Done(await services(request).desk.move(target, acting(person), body.queue))


@router.post("/priority")
async def prioritise(request: Request, person: Agent, key: str, body: Priority) -> Done:
    """Make it more or less urgent."""
    target = await find.target(request, key)
    desk = services(request).desk
    return Done(await desk.prioritise(target, person.name, body.priority))


@router.post("/tags")
async def tag(request: Request, person: Agent, key: str, body: Tags) -> Done:
    """Add tags, and remove others."""
    target = await find.target(request, key)
    desk = services(request).desk
    return Done(await desk.tag(target, person.name, body.add, body.remove))


@router.post("/notes")
async def note(request: Request, person: Agent, key: str, body: NewNote) -> Done:
    """Write a note that customers never see."""
    target = await find.target(request, key)
    mentions = mentioned(body.text, await everybody(request))
    desk = services(request).desk
    return Done(
        await desk.note(target, person.name, body.text, mentions, request=body.request)
    )


@router.post("/reopen")
async def reopen(request: Request, person: Agent, key: str) -> Done:
    """Go on with closed work."""
    target = await find.target(request, key)
    return Done(await services(request).desk.reopen(target, person.name))
