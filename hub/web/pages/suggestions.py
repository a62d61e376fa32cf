"""Who may be whom: the queue of suggestions, and what several people use."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.reading import CUSTOMER, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from hub.web.towards import stated_identifier
from projections.queries import paging, suggestions

router = APIRouter(include_in_schema=False)

Agent = Annotated[Principal, requires(*DESK)]
Stated = Annotated[str, Form(max_length=400)]


@router.get("/suggestions", dependencies=[requires(*DESK)])
async def queue(
    request: Request, cursor: Annotated[str, Query()] = "", after: str = ""
) -> Response:
    """All that wait for a word, the latest first."""
    current = await caught_up(request, after, CUSTOMER)
    place = paging.decode(cursor)
    async with reading(request) as connection:
        found = await suggestions.suggested(connection, after=place)
    return page(request, "suggestions.html", {"found": found, "current": current})


@router.post("/suggestions/{suggestion}/decline")
async def decline(request: Request, person: Agent, suggestion: UUID) -> Response:
    """They are not the same."""
    identification = services(request).identification
    token = await identification.decline(suggestion, person.name)
    return RedirectResponse(f"/suggestions?after={token}", 303)


@router.post("/customers/{key}/identifiers/share")
async def share(
    request: Request, person: Agent, key: str, identifier: Stated
) -> Response:
    """Several people use it."""
    customer, stated = find.customer_id(key), stated_identifier(request, identifier)
    identification = services(request).identification
    token = await identification.share(customer, person.name, stated)
    return RedirectResponse(f"/customers/{customer}?after={token}", 303)


@router.post("/customers/{key}/identifiers/unshare")
async def unshare(
    request: Request, person: Agent, key: str, identifier: Stated
) -> Response:
    """It is this customer's alone again."""
    customer, stated = find.customer_id(key), stated_identifier(request, identifier)
    identification = services(request).identification
    token = await identification.unshare(customer, person.name, stated)
    return RedirectResponse(f"/customers/{customer}?after={token}", 303)
