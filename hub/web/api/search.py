"""Search through the API."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from hub.application.accounts import Principal
from hub.web.access import DESK, requires
from hub.web.api.models import refusals
from hub.web.api.reads import After, Limit, PageCursor
from hub.web.find import asked
from hub.web.reading import SEARCH, reading, wait
from hub.web.services import services
from projections.queries import paging, search
from projections.queries.search import Filters, Found, Sizes
from projections.queries.wanted import LONGEST

router = APIRouter(prefix="/api/v1")

Reader = Annotated[Principal, requires(*DESK, "integrator")]
Name = Annotated[str, Query(max_length=64)]


@router.get("/search", tags=["search"], responses=refusals())
async def find(  # noqa: PLR0913, PLR0917  (each is a parameter of the address)
    request: Request,
    response: Response,
    person: Reader,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST)],
    channel: Name = "",
    queue: Name = "",
    state: Name = "",
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    mine: bool = False,  # noqa: FBT001, FBT002
    cursor: PageCursor = "",
    limit: Limit = 25,
    after: After = "",
) -> Found:
    """Customers, interactions and messages with words that begin as those of `q`.

    `from` and `to` are aware moments, the latter exclusive; `mine` is what the asker
    has in hand. With a `cursor`, and where filters are given, no customers are listed.
    `next` leads to older messages; a page may be short although there are more.
    """
    await wait(request, response, after, SEARCH)
    agent = person.name if mine else ""
    queues = services(request).configured.now.names_of(queue)
    filters = Filters(channel, queues, state, since, until, agent)
    wanted = asked(request, q)
    sizes, place = Sizes(messages=limit), paging.decode(cursor)
    async with reading(request) as connection:
        return await search.everything(connection, wanted, filters, sizes, place)
