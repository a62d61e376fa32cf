"""Reading for one request: a connection, and the wait for one's own writes."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application import token
from hub.web.services import services
from projections import (
    customer_card,
    customer_timeline,
    interaction_view,
    queue_board,
    search_index,
)
from projections.queries.waiting import wait_for

PATIENCE: Final = 3.0
"""How long a read waits for what its `after` names (s)."""

CAUGHT_UP: Final = "Touchline-Caught-Up"
"""Answer's header: `false` if the read did not see what `after` names in time."""

BOARD: Final = (queue_board.PROJECTION.key, customer_card.PROJECTION.key)
INTERACTION: Final = (
    interaction_view.PROJECTION.key,
    customer_timeline.PROJECTION.key,
)
CUSTOMER: Final = (*INTERACTION, customer_card.PROJECTION.key)
SEARCH: Final = (*CUSTOMER, search_index.PROJECTION.key)


@asynccontextmanager
async def reading(request: Request) -> AsyncIterator[AsyncConnection]:
    """A connection to the read models."""
    async with services(request).engine.connect() as connection:
        yield connection


async def caught_up(request: Request, after: str, models: Iterable[str]) -> bool:
    """Wait, within bounds, until read models show what a token names.

    Raises:
        hub.application.token.BadTokenError: it is not one of ours.
    """
    if not after:
        return True
    positions = token.decode(after)
    connect = services(request).engine.connect
    return await wait_for(connect, positions, tuple(models), PATIENCE)


async def wait(
    request: Request, response: Response, after: str, models: Iterable[str]
) -> None:
    """Do the same, and tell in the answer's header how it went."""
    if after:
        seen = await caught_up(request, after, models)
        response.headers[CAUGHT_UP] = "true" if seen else "false"
