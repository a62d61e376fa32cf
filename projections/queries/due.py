"""What is due: read by the durable timer."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import queue_board

_BOARD = queue_board.TABLE.c

Place = tuple[datetime, UUID]
"""Since when something of an interaction is due, and which it is."""


async def due(
    connection: AsyncConnection, now: datetime, limit: int, after: Place | None = None
) -> list[Place]:
    """The next of what is due, beyond `after`; the longest due first."""
    place = sa.tuple_(_BOARD.follow_up_at, _BOARD.interaction_id)
    query = (
        sa.select(_BOARD.follow_up_at, _BOARD.interaction_id)
        .where(_BOARD.follow_up_at <= now)
        .order_by(_BOARD.follow_up_at, _BOARD.interaction_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(place > sa.tuple_(*map(sa.literal, after)))
    rows = await connection.execute(query)
    return [(row[0], row[1]) for row in rows]
