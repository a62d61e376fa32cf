"""Customers who are one person: find the other, compare, merge, and undo it."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.customers import LONGEST_WHY
from hub.application.errors import NotFoundError, RefusedError
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.colleagues import acting
from hub.web.reading import reading
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services
from projections.queries import customer as customers
from projections.queries import groups, search
from projections.queries.merging import preview

router = APIRouter(prefix="/customers/{key}", include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]

FOUND = 8
"""Customers to choose from."""


@router.get("/merge", dependencies=[requires(*DESK)])
async def compare(
    request: Request,
    key: UUID,
    q: Annotated[str, Query(max_length=200)] = "",
    into: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Whom to merge it with, and then both sides by each other."""
    if not into:
        return await _choose(request, key, q, "")
    try:
        planned = await services(request).customers.preview(key, find.customer_id(into))
    except (NotFoundError, RefusedError) as error:
        return await _choose(request, key, q, said(error))
    async with reading(request) as connection:
        sides = await preview(connection, planned.part, planned.whole)
    if sides is None:
        raise NotFoundError(
            "There is no such customer, or it has not arrived here yet."
        )
    context = {"sides": sides, "why": "", "longest": LONGEST_WHY}
    return page(request, "merging.html", context)


@router.post("/merge")
async def merge(
    request: Request,
    person: Agent,
    key: UUID,
    into: Annotated[UUID, Form()],
    why: Annotated[str, Form(max_length=LONGEST_WHY)],
) -> Response:
    """Make it a part of the other one, and go there."""
    done = await services(request).customers.merge(key, acting(person), into, why)
    return _shown(done.whole, done.after)


@router.post("/unmerge")
async def unmerge(
    request: Request,
    person: Agent,
    key: UUID,
    merge_id: Annotated[UUID, Form(alias="merge")],
    back: Annotated[UUID, Form()],
) -> Response:
    """Make it a customer of its own again, and go back to where one was."""
    desk = services(request).customers
    done = await desk.unmerge(key, acting(person), merge=merge_id)
    return _shown(back, done.after)


def _shown(customer: UUID, after: str) -> Response:
    known = f"?{urlencode({'after': after})}" if after else ""
    return RedirectResponse(f"/customers/{customer}{known}", 303)


async def _choose(request: Request, key: UUID, q: str, problem: str) -> Response:
    wanted = find.asked(request, q)
    async with reading(request) as connection:
        card = await customers.card(connection, key)
        group = await groups.of(connection, key)
        found = await search.customers(connection, wanted, limit=FOUND + 1)
    if card is None:
        raise NotFoundError(
            "There is no such customer, or it has not arrived here yet."
        )
    others = [one for one in found if one.customer_id != group.root][:FOUND]
    context: dict[str, Any] = {"card": card, "q": q, "found": others}
    return page(request, "merging_choose.html", {**context, "problem": problem})
