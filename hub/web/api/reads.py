"""Reads of the API. Each takes `after`, the token of a command, and waits for it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from hub.application.errors import NotFoundError
from hub.web import find
from hub.web.access import (
    BOARD_READERS,
    CUSTOMER_READERS,
    DESK,
    OPERATORS,
    requires,
)
from hub.web.api.models import (
    ContactPage,
    CustomerList,
    Health,
    QueueItem,
    Queues,
    WorkPage,
    refusals,
)
from hub.web.reading import BOARD, CUSTOMER, INTERACTION, reading, wait
from hub.web.services import services
from projections.queries import board, customer, interaction, paging, search
from projections.queries.customer import Card
from projections.queries.interaction import Interaction
from projections.queries.ordering import Filter

router = APIRouter(prefix="/api/v1")

After = Annotated[
    str, Query(description="Token of a command: wait up to 3 s until it can be seen.")
]
Limit = Annotated[int, Query(ge=1, le=paging.MOST)]
PageCursor = Annotated[str, Query(description="The last answer's `next`.")]


@router.get(
    "/queues",
    tags=["queues"],
    dependencies=[requires(*BOARD_READERS, "integrator")],
    responses=refusals(),
)
async def queues(request: Request, response: Response, after: After = "") -> Queues:
    """How full each queue is."""
    await wait(request, response, after, BOARD)
    now = services(request).configured.now
    titles = now.titles
    async with reading(request) as connection:
        lines = await board.queue_summary(connection, tuple(now.queues), now.heirs)
    return Queues(
        tuple(QueueItem.of(line, titles.get(line.name, line.name)) for line in lines)
    )


@router.get(
    "/queues/{name}/work",
    tags=["queues"],
    dependencies=[requires(*DESK, "integrator")],
    responses=refusals(404),
)
async def work(
    request: Request,
    response: Response,
    name: str,
    cursor: PageCursor = "",
    limit: Limit = 50,
    after: After = "",
) -> WorkPage:
    """Open work of a queue: the longest waiting first, then what is handled."""
    now = services(request).configured.now
    if name not in now.queues:
        raise NotFoundError("There is no such queue.")
    await wait(request, response, after, BOARD)
    async with reading(request) as connection:
        chosen = Filter(queue=name, also=now.names_of(name))
        page = await board.work(connection, chosen, cursor=cursor, limit=limit)
    return WorkPage(page.items, page.next)


@router.get(
    "/interactions/{key}",
    tags=["interactions"],
    dependencies=[requires(*DESK, "integrator")],
    responses=refusals(404),
)
async def one_interaction(
    request: Request, response: Response, key: str, after: After = ""
) -> Interaction:
    """An interaction by id or number, with its messages."""
    await wait(request, response, after, INTERACTION)
    async with reading(request) as connection:
        found = await interaction.interaction(
            connection, await find.interaction_id(connection, key)
        )
    if found is None:
        raise NotFoundError("There is no such interaction.")
    return found


@router.get(
    "/customers",
    tags=["customers"],
    dependencies=[requires(*CUSTOMER_READERS, "integrator")],
    responses=refusals(),
)
async def find_customers(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Limit = 20,
) -> CustomerList:
    """Customers of whom words of names and identifiers begin so."""
    wanted = find.asked(request, q)
    async with reading(request) as connection:
        return CustomerList(await search.customers(connection, wanted, limit=limit))


@router.get(
    "/customers/{key}",
    tags=["customers"],
    dependencies=[requires(*CUSTOMER_READERS, "integrator")],
    responses=refusals(404),
)
async def one_customer(
    request: Request, response: Response, key: str, after: After = ""
) -> Card:
    """A customer's card."""
    await wait(request, response, after, CUSTOMER)
    async with reading(request) as connection:
        found = await customer.card(connection, find.customer_id(key))
    if found is None:
        raise NotFoundError("There is no such customer.")
    return found


@router.get(
    "/customers/{key}/timeline",
    tags=["customers"],
    dependencies=[requires(*CUSTOMER_READERS, "integrator")],
    responses=refusals(404),
)
async def timeline(
    request: Request,
    response: Response,
    key: str,
    cursor: PageCursor = "",
    limit: Limit = 50,
    after: After = "",
) -> ContactPage:
    """The latest contacts on all channels, oldest first; `next` leads further back."""
    await wait(request, response, after, CUSTOMER)
    place = paging.decode(cursor)
    async with reading(request) as connection:
        page = await customer.timeline(
            connection, find.customer_id(key), before=place, limit=limit
        )
    return ContactPage(page.items, page.next)


@router.get(
    "/status",
    tags=["operating"],
    dependencies=[requires(*OPERATORS, "integrator")],
    responses=refusals(),
)
async def status(request: Request) -> Health:
    """How far every hop is behind, what is parked, and what somebody has to do."""
    measured = await request.app.state.measuring.latest()
    return Health.of(measured.status)
