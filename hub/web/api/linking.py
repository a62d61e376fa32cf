"""Commands of the API that put interactions right: undo, spam, link, merge, split."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.web import find
from hub.web.access import DESK, SUPERVISORS, requires
from hub.web.api.models import Done, refusals
from hub.web.colleagues import acting
from hub.web.reading import CUSTOMER, INTERACTION, reading, wait
from hub.web.services import services
from projections.queries import paging, senders, ties
from projections.queries.senders import Mark
from projections.queries.ties import Ties

router = APIRouter(prefix="/api/v1", responses=refusals(404, 409))

Agent = Annotated[Principal, requires(*DESK)]
Supervisor = Annotated[Principal, requires(*SUPERVISORS)]
After = Annotated[
    str, Query(description="Token of a command: wait up to 3 s until it can be seen.")
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OtherOne(_Body):
    """Another interaction, by its id or number."""

    other: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Split(_Body):
    """Contacts that get an interaction of their own, in a queue.

    The same `request` does it once.
    """

    touchpoints: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    queue: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    request: UUID


class Attribution(_Body):
    """The customer that it belongs to, or, without one, the name of a new one.

    The same `request` opens a new customer once.
    """

    customer: UUID | None = None
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    request: UUID | None = None


class MarkPage(BaseModel):
    """Marked senders, the latest first; `next` leads to earlier ones."""

    items: tuple[Mark, ...]
    next: str


@router.get("/interactions/{key}/ties", tags=["interactions"])
async def all_ties(
    request: Request, response: Response, _person: Agent, key: str, after: After = ""
) -> Ties:
    """What was done, what it has to do with others, and what can be undone."""
    await wait(request, response, after, INTERACTION)
    interaction = await find.target(request, key)
    async with reading(request) as connection:
        return await ties.ties(connection, interaction)


@router.post("/interactions/{key}/undo-close", tags=["interactions"])
async def undo_close(request: Request, person: Agent, key: str) -> Done:
    """Bring it back to where it would stand had it not been closed."""
    interaction = await find.target(request, key)
    linking = services(request).linking
    return Done(await linking.undo_close(interaction, person.name))


@router.post("/interactions/{key}/spam", tags=["interactions"])
async def mark(request: Request, person: Agent, key: str) -> Done:
    """Close it as spam, and mark its sender: what comes later is closed at once."""
    interaction = await find.target(request, key)
    return Done(await services(request).spam.mark(interaction, acting(person)))


@router.post("/interactions/{key}/not-spam", tags=["interactions"])
async def bring_back(request: Request, person: Agent, key: str) -> Done:
    """Bring it back, and take its sender's mark away."""
    interaction = await find.target(request, key)
    return Done(await services(request).spam.bring_back(interaction, person.name))


@router.post("/interactions/{key}/link", tags=["interactions"])
async def link(request: Request, person: Agent, key: str, body: OtherOne) -> Done:
    """Say that two belong together."""
    one, other = await find.target(request, key), await find.target(request, body.other)
    return Done(await services(request).linking.link(one, person.name, other))


@router.post("/interactions/{key}/undo-link", tags=["interactions"])
async def undo_link(request: Request, person: Agent, key: str, body: OtherOne) -> Done:
    """Take the link away."""
    one, other = await find.target(request, key), await find.target(request, body.other)
    return Done(await services(request).linking.undo_link(one, person.name, other))


@router.post("/interactions/{key}/merge", tags=["interactions"])
async def merge(request: Request, person: Agent, key: str, body: OtherOne) -> Done:
    """Make it a part of the other one, where its later contacts arrive."""
    part, whole = (
        await find.target(request, key),
        await find.target(request, body.other),
    )
    return Done(await services(request).linking.merge(part, acting(person), whole))


@router.post("/interactions/{key}/undo-merge", tags=["interactions"])
async def undo_merge(request: Request, person: Agent, key: str, body: OtherOne) -> Done:
    """Make two of them again: what came since stays where it came."""
    one, other = await find.target(request, key), await find.target(request, body.other)
    return Done(await services(request).linking.undo_merge(one, person.name, other))


@router.post("/interactions/{key}/split", tags=["interactions"])
async def split(request: Request, person: Agent, key: str, body: Split) -> Done:
    """Give contacts an interaction of their own."""
    interaction = await find.target(request, key)
    return Done(
        await services(request).linking.split(
            interaction,
            person.name,
            body.touchpoints,
            body.queue,
            request=body.request,
        )
    )


@router.post("/interactions/{key}/undo-split", tags=["interactions"])
async def undo_split(request: Request, person: Agent, key: str, body: OtherOne) -> Done:
    """Bring back the contacts that the other one got."""
    one, part = await find.target(request, key), await find.target(request, body.other)
    return Done(await services(request).linking.undo_split(one, person.name, part))


@router.post("/interactions/{key}/attribute", tags=["interactions"])
async def attribute(
    request: Request, person: Agent, key: str, body: Attribution
) -> Done:
    """Give it to another customer, known or new."""
    interaction, linking = await find.target(request, key), services(request).linking
    if body.customer is not None:
        return Done(await linking.attribute(interaction, person.name, body.customer))
    if body.request is None:
        raise RefusedError("Name the customer, or a request that opens a new one.")
    return Done(
        await linking.attribute_to_new(
            interaction, person.name, body.name, request=body.request
        )
    )


@router.post("/interactions/{key}/undo-attribution", tags=["interactions"])
async def undo_attribution(request: Request, person: Agent, key: str) -> Done:
    """Give it back to the customer that it belonged to before."""
    interaction = await find.target(request, key)
    linking = services(request).linking
    return Done(await linking.undo_attribution(interaction, person.name))


@router.get("/marked-senders", tags=["customers"])
async def marked(
    request: Request,
    response: Response,
    _person: Supervisor,
    cursor: Annotated[str, Query(description="The last answer's `next`.")] = "",
    after: After = "",
) -> MarkPage:
    """Senders whose messages are spam, the latest first."""
    await wait(request, response, after, CUSTOMER)
    place = paging.decode(cursor)
    async with reading(request) as connection:
        found = await senders.marked(connection, after=place)
    return MarkPage(items=found.items, next=found.next)


@router.post("/marked-senders/{mark_id}/unmark", tags=["customers"])
async def unmark(request: Request, person: Supervisor, mark_id: UUID) -> Done:
    """Take a mark away; what was closed stays so."""
    return Done(await services(request).spam.unmark(mark_id, person.name))
