"""Customers: finding them, the card, and the whole history."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application.errors import NotFoundError
from hub.web import find
from hub.web.access import CUSTOMER_READERS, requires
from hub.web.reading import CUSTOMER, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from projections.queries import customer as customers
from projections.queries import groups, merging, paging, search, suggestions
from projections.queries import interaction as interactions
from projections.queries.groups import Group

router = APIRouter(
    prefix="/customers",
    include_in_schema=False,
)

PAGE = 50
_READERS = requires(*CUSTOMER_READERS)


@router.get("", dependencies=[_READERS])
async def find_people(request: Request, q: str = "") -> Response:
    """Find customers; a fragment while somebody types."""
    wanted = find.asked(request, q)
    async with reading(request) as connection:
        found = await search.customers(connection, wanted)
    typing = "hx-request" in request.headers
    template = "_customers.html" if typing else "customers.html"
    return page(request, template, {"found": found, "q": q})


@router.get("/{key}", dependencies=[_READERS])
async def show(request: Request, key: str, after: str = "") -> Response:
    """The card and the history; a fragment for the live view.

    A part of another customer shows what is its own, and leads there.
    """
    current = await caught_up(request, after, CUSTOMER)
    customer = find.customer_id(key)
    async with reading(request) as connection:
        person = await groups.of(connection, customer)
        context = await customer_view(request, connection, person, customer)
        made = await merging.merges(connection, customer)
    part_of = merging.holding(made, customer)
    context |= {"merges": made, "part_of": part_of}
    if context["card"] is None:
        raise NotFoundError(
            "There is no such customer, or it has not arrived here yet."
        )
    live = "hx-request" in request.headers
    template = "_customer.html" if live else "customer.html"
    return page(request, template, {**context, "current": current})


@router.get("/{key}/timeline", dependencies=[_READERS])
async def earlier(
    request: Request, key: str, before: str = "", style: str = ""
) -> Response:
    """Earlier contacts, to be put before those that are shown."""
    customer = find.customer_id(key)
    async with reading(request) as connection:
        person = await groups.of(connection, customer)
        history = await customers.timeline(
            connection,
            customer,
            before=paging.decode(before),
            limit=PAGE,
            group=await _shown(connection, person, customer),
        )
    context = {"customer_id": customer, "history": history, "style": style}
    return page(request, "_earlier.html", {**await _usual(request), **context})


async def customer_view(
    request: Request,
    connection: AsyncConnection,
    person: Group,
    customer: UUID,
    contacts: int = PAGE,
) -> dict[str, Any]:
    """What templates show of a person, or of a customer who is a part of one.

    `contacts` is how many are shown at first.
    """
    group = await _shown(connection, person, customer)
    card = await customers.card(connection, customer, group=group)
    open_question = card is not None and card.provisional
    return {
        "customer_id": customer,
        "person": person,
        "card": card,
        "maybe": await suggestions.maybe(connection, customer) if open_question else (),
        "history": await customers.timeline(
            connection, customer, limit=contacts, group=group
        ),
        "suggested": await suggestions.suggested(connection, customer=customer),
        "open_work": await interactions.open_work(connection, customer, group=group),
        **await _usual(request),
    }


async def _shown(connection: AsyncConnection, person: Group, customer: UUID) -> Group:
    whole = customer == person.root
    return person if whole else await groups.below(connection, customer)


async def _usual(request: Request) -> dict[str, Any]:
    titles = services(request).configured.now.titles
    return {"names": await request.app.state.people.names(), "titles": titles}
