"""The API about who may be whom: suggestions, and what several people use."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from hub.application.accounts import Principal
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.api.models import Done, refusals
from hub.web.reading import CUSTOMER, reading, wait
from hub.web.services import services
from hub.web.towards import stated_identifier
from projections.queries import paging
from projections.queries.suggestions import Suggestion, suggested

router = APIRouter(prefix="/api/v1", tags=["customers"], responses=refusals(404, 409))

Agent = Annotated[Principal, requires(*DESK)]
After = Annotated[
    str, Query(description="Token of a command: wait up to 3 s until it can be seen.")
]


class SuggestionPage(BaseModel):
    """Suggestions, the latest first; `next` leads to earlier ones."""

    items: tuple[Suggestion, ...]
    next: str


class Stated(BaseModel):
    """An identifier: `email:…`, `phone:…`, `external:crm:4711`, or as it is written."""

    model_config = ConfigDict(extra="forbid")

    identifier: Annotated[str, StringConstraints(min_length=1, max_length=400)]


@router.get("/suggestions")
async def open_suggestions(
    request: Request,
    response: Response,
    _person: Agent,
    cursor: Annotated[str, Query(description="The last answer's `next`.")] = "",
    after: After = "",
) -> SuggestionPage:
    """Customers who may be one and the same, and why."""
    await wait(request, response, after, CUSTOMER)
    async with reading(request) as connection:
        found = await suggested(connection, after=paging.decode(cursor))
    return SuggestionPage(items=found.items, next=found.next)


@router.post("/suggestions/{suggestion_id}/decline")
async def decline(request: Request, person: Agent, suggestion_id: UUID) -> Done:
    """Say that they are not the same: suggested again only for a new reason."""
    identification = services(request).identification
    return Done(await identification.decline(suggestion_id, person.name))


@router.post("/customers/{key}/identifiers/share")
async def share(request: Request, person: Agent, key: str, body: Stated) -> Done:
    """Say that several people use it: what comes from it identifies nobody."""
    customer, identification = find.customer_id(key), services(request).identification
    stated = stated_identifier(request, body.identifier)
    return Done(await identification.share(customer, person.name, stated))


@router.post("/customers/{key}/identifiers/unshare")
async def unshare(request: Request, person: Agent, key: str, body: Stated) -> Done:
    """Say that it is this customer's alone again."""
    customer, identification = find.customer_id(key), services(request).identification
    stated = stated_identifier(request, body.identifier)
    return Done(await identification.unshare(customer, person.name, stated))
