"""One interaction: the conversation, what to do with it, and whose it is."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application.accounts import Principal
from hub.application.drafts import Place
from hub.application.errors import NotFoundError, RefusedError
from hub.domain.meanwhile import NONE_SEEN
from hub.domain.refusing import Wording
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.colleagues import colleagues
from hub.web.company import company
from hub.web.configured import closings, moves
from hub.web.pages.customer import customer_view
from hub.web.reading import CUSTOMER, INTERACTION, caught_up, reading
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services
from hub.web.towards import Choice, choices, first, senders
from projections.queries import customer as customers
from projections.queries import groups
from projections.queries import interaction as interactions
from projections.queries.interaction import Interaction
from projections.queries.ties import Ties, ties

router = APIRouter(include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]

BESIDE = 20
"""Contacts of the customer that are shown beside an interaction at first."""

_NOT_YET = Wording("There is no such interaction, or it has not arrived here yet.")


@router.get("/interactions/{key}")
async def show(request: Request, person: Agent, key: str, after: str = "") -> Response:
    """The whole page."""
    current = await caught_up(request, after, CUSTOMER)
    async with reading(request) as connection:
        found = await _found(connection, await find.interaction_id(connection, key))
        whose = await groups.of(connection, found.customer_id)
        side = await customer_view(request, connection, whose, whose.root, BESIDE)
    desk = await _desk(request, person, found)
    return page(request, "interaction.html", {**desk, **side, "current": current})


@router.get("/interactions/{key}/desk")
async def desk(request: Request, person: Agent, key: UUID) -> Response:
    """The conversation and its actions, for the live view."""
    return await desk_fragment(request, person, key)


@router.get("/interactions/{key}/customer", dependencies=[requires(*DESK)])
async def customer(request: Request, key: UUID) -> Response:
    """The customer beside it, for the live view."""
    async with reading(request) as connection:
        found = await _found(connection, key)
        whose = await groups.of(connection, found.customer_id)
        context = await customer_view(request, connection, whose, whose.root, BESIDE)
    return page(request, "_side.html", {**context, "interaction": found})


async def desk_fragment(
    request: Request,
    person: Principal,
    key: UUID,
    after: str = "",
    *,
    given_back: str = "",
) -> Response:
    """The conversation and its actions, once they show what `after` names."""
    current = await caught_up(request, after, INTERACTION)
    async with reading(request) as connection:
        found = await _found(connection, key)
    context = await _desk(request, person, found)
    context |= {"current": current, "given_back": given_back}
    return page(request, "_desk.html", context)


async def _found(connection: AsyncConnection, key: UUID) -> Interaction:
    found = await interactions.interaction(connection, key)
    if found is None:
        raise NotFoundError(_NOT_YET)
    return found


async def _desk(
    request: Request, person: Principal, interaction: Interaction
) -> dict[str, Any]:
    now = services(request).configured.now
    answered_by, obstacle = _answer(request, interaction)
    return {
        "interaction": interaction,
        "titles": now.titles,
        "group_titles": {name: one.title for name, one in now.groups.items()},
        "moves": moves(now, interaction),
        "closings": closings(now, interaction.queue),
        "colleagues": await colleagues(request),
        "answered_by": answered_by,
        "obstacle": obstacle,
        "mine": interaction.agent == person.name and interaction.state != "closed",
        "names": await request.app.state.people.names(),
        "request_id": uuid4(),
        "note_id": uuid4(),
        "given_back": "",
        **await _begun(request, person, interaction),
        **await _towards(request, interaction, answered_by),
        "ties": await _ties(request, interaction),
        "seen": _latest_answer(interaction),
        **await company(request, person.name, interaction.interaction_id),
    }


def _latest_answer(interaction: Interaction) -> UUID:
    ours = (one for one in reversed(interaction.messages) if one.direction == "out")
    by_people = (one.touchpoint_id for one in ours if not one.automatic)
    return next(by_people, NONE_SEEN)


async def _ties(request: Request, interaction: Interaction) -> Ties:
    async with reading(request) as connection:
        return await ties(connection, interaction.interaction_id)


async def _begun(
    request: Request, person: Principal, interaction: Interaction
) -> dict[str, Any]:
    """What whoever looks has begun to write here."""
    hub, key = services(request), interaction.interaction_id
    found = {draft.place.kind: draft for draft in await hub.drafts.of(person.name, key)}
    return {
        "drafts": {"reply": None, "note": None, "wrap-up": None, **found},
        "uploads": await hub.uploads.of(Place(person.name, key)),
    }


async def _towards(
    request: Request, interaction: Interaction, answered_by: str
) -> dict[str, Any]:
    """Ways to answer, the one that was asked for first: it may be on no card."""
    async with reading(request) as connection:
        card = await customers.card(connection, interaction.customer_id)
    asked = f"{interaction.reply_kind}:{interaction.reply_to}"
    usual = Choice(asked, answered_by, interaction.reply_to) if answered_by else None
    return {
        "choices": first(usual, choices(request, card)),
        "senders": senders(request),
        "text_limit": services(request).writing.ours.text_limit,
    }


def _answer(request: Request, interaction: Interaction) -> tuple[str, str]:
    """The channel of an answer, or empty and what stands in its way."""
    desk = services(request).desk
    try:
        return desk.answers_by(interaction.channel, interaction.reply_kind), ""
    except RefusedError as error:
        return "", said(error)
