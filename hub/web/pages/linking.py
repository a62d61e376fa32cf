"""Pages and commands that put interactions right: undo, spam, link, merge, split."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request, Response

from hub.application.accounts import Principal
from hub.application.errors import NotFoundError, RefusedError
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.colleagues import acting
from hub.web.languages import gettext as _
from hub.web.pages.commands import done
from hub.web.reading import reading
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services
from projections.queries import interaction as interactions
from projections.queries import search, ties

router = APIRouter(prefix="/interactions/{key}", include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]
OtherForm = Annotated[UUID, Form(alias="other")]

FOUND = 8
"""Customers to choose from."""


@router.post("/undo-close")
async def undo_close(request: Request, person: Agent, key: UUID) -> Response:
    """Bring it back to where it stood."""
    token = await services(request).linking.undo_close(key, person.name)
    return await done(request, person, key, token)


@router.post("/spam")
async def spam(request: Request, person: Agent, key: UUID) -> Response:
    """Close it as spam, and mark its sender."""
    token = await services(request).spam.mark(key, acting(person))
    return await done(request, person, key, token)


@router.post("/not-spam")
async def not_spam(request: Request, person: Agent, key: UUID) -> Response:
    """Bring it back, and take its sender's mark away."""
    token = await services(request).spam.bring_back(key, person.name)
    return await done(request, person, key, token)


@router.post("/link")
async def link(
    request: Request, person: Agent, key: UUID, other: Annotated[str, Form()]
) -> Response:
    """Say that it belongs together with another one, by number or id."""
    target = await _other(request, other)
    token = await services(request).linking.link(key, person.name, target)
    return await done(request, person, key, token)


@router.post("/undo-link")
async def undo_link(
    request: Request, person: Agent, key: UUID, other: OtherForm
) -> Response:
    """Take the link away."""
    token = await services(request).linking.undo_link(key, person.name, other)
    return await done(request, person, key, token)


@router.post("/merge")
async def merge(
    request: Request,
    person: Agent,
    key: UUID,
    other: OtherForm,
    part: Annotated[UUID, Form()],
) -> Response:
    """Make one of the two a part of the other."""
    whole = key if part == other else other
    linking = services(request).linking
    token = await linking.merge(part, acting(person), whole)
    return await done(request, person, key, token)


@router.post("/undo-merge")
async def undo_merge(
    request: Request, person: Agent, key: UUID, other: OtherForm
) -> Response:
    """Make two of them again."""
    token = await services(request).linking.undo_merge(key, person.name, other)
    return await done(request, person, key, token)


@router.post("/split")
async def split(
    request: Request,
    person: Agent,
    key: UUID,
    queue: Annotated[str, Form()],
    form: Annotated[UUID, Form(alias="request")],
    touchpoint: Annotated[list[UUID], Form()] = [],  # noqa: B006  (FastAPI copies it)
) -> Response:
    """Give the chosen messages an interaction of their own."""
    linking = services(request).linking
    token = await linking.split(key, person.name, touchpoint, queue, request=form)
    return await done(request, person, key, token)


@router.post("/undo-split")
async def undo_split(
    request: Request, person: Agent, key: UUID, other: OtherForm
) -> Response:
    """Bring back what was split off."""
    token = await services(request).linking.undo_split(key, person.name, other)
    return await done(request, person, key, token)


@router.post("/attribute")
async def attribute(
    request: Request,
    person: Agent,
    key: UUID,
    customer: Annotated[UUID | None, Form()] = None,
    name: Annotated[str, Form(max_length=200)] = "",
    form: Annotated[UUID | None, Form(alias="request")] = None,
) -> Response:
    """Give it to another customer, or, without one, to one who is new."""
    linking = services(request).linking
    if customer is not None:
        token = await linking.attribute(key, person.name, customer)
    else:
        token = await linking.attribute_to_new(
            key, person.name, name.strip(), request=form or uuid4()
        )
    return await done(request, person, key, token)


@router.post("/undo-attribution")
async def undo_attribution(request: Request, person: Agent, key: UUID) -> Response:
    """Give it back to the customer from before."""
    token = await services(request).linking.undo_attribution(key, person.name)
    return await done(request, person, key, token)


@router.get("/link", dependencies=[requires(*DESK)])
async def choose(request: Request, key: UUID) -> Response:
    """Which one it belongs together with."""
    return await _choose(request, key, "link", "")


@router.get("/merge", dependencies=[requires(*DESK)])
async def compare(
    request: Request, key: UUID, other: Annotated[str, Query()] = ""
) -> Response:
    """Which one to merge with, and then both sides by each other."""
    try:
        target = await _other(request, other) if other.strip() else None
    except (NotFoundError, RefusedError) as error:
        return await _choose(request, key, "merge", said(error))
    if target is None:
        return await _choose(request, key, "merge", "")
    async with reading(request) as connection:
        found = await ties.others(connection, [key, target])
    both = {one.interaction_id: one for one in found}
    if len(both) < 2 or target not in both:  # noqa: PLR2004  (the two)
        return await _choose(request, key, "merge", _("Choose another interaction."))
    context = {"mine": both[key], "other": both[target]}
    return await _shown(request, key, ("merge", _("Merge two interactions")), context)


@router.get("/split", dependencies=[requires(*DESK)])
async def messages(request: Request, key: UUID) -> Response:
    """Which messages get an interaction of their own."""
    async with reading(request) as connection:
        found = await interactions.interaction(connection, key)
    said = found.messages if found else ()
    mine = [
        one
        for one in said
        if one.interaction_id == key and (one.direction, one.channel) != ("in", "phone")
    ]
    context = {"messages": [one for one in mine if one.direction == "in"]}
    return await _shown(request, key, ("split", _("Split off messages")), context)


@router.get("/attribute", dependencies=[requires(*DESK)])
async def find_customer(
    request: Request, key: UUID, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Which customer it belongs to."""
    async with reading(request) as connection:
        wanted = find.asked(request, q)
        found = await search.customers(connection, wanted, limit=FOUND)
    heading = _("Give it to another customer")
    return await _shown(request, key, ("attribute", heading), {"q": q, "found": found})


async def _other(request: Request, text: str) -> UUID:
    async with reading(request) as connection:
        return await find.interaction_id(connection, text.strip().removeprefix("#"))


async def _choose(request: Request, key: UUID, step: str, problem: str) -> Response:
    async with reading(request) as connection:
        found = await interactions.interaction(connection, key)
        customer = found.customer_id if found else key
        work = await interactions.open_work(connection, customer)
    context = {
        "step": step,
        "problem": problem,
        "open_work": [one for one in work if one.interaction_id != key],
    }
    heading = _("Merge with another") if step == "merge" else _("Link with another")
    return await _shown(request, key, ("choose", heading), context)


async def _shown(
    request: Request, key: UUID, what: tuple[str, str], context: dict[str, Any]
) -> Response:
    async with reading(request) as connection:
        found = await interactions.interaction(connection, key)
    if found is None:
        raise NotFoundError("There is no such interaction, or it has not arrived here.")
    now = services(request).configured.now
    usual = {
        "interaction": found,
        "what": what[0],
        "heading": what[1],
        "titles": now.titles,
        "queues": {name: queue.title for name, queue in now.queues.items()},
        "names": await request.app.state.people.names(),
        "request_id": uuid4(),
    }
    template = "_linking.html" if "hx-request" in request.headers else "linking.html"
    return page(request, template, {**usual, **context})
