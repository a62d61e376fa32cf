"""What is due: read by the durable timer."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import queue_board

_BOARD = queue_board.TABLE.c

Place = tuple[datetime, UUID]
"""Since when something of an interaction is due, and which it is."""


async def due(
    connection: AsyncConnection,
    now: datetime,
    limit: int,
    after: Place | None = None,
    *,
    lost_after: timedelta,
) -> list[Place]:
    """The next of what is due, beyond `after`; the longest due first.

    A call is due when nothing was heard of it for `lost_after`.
    """
    # Two conditions, each on an index of its own.
    is_due = sa.or_(_BOARD.due_at <= now, _BOARD.call_heard_at <= now - lost_after)
    due_at = sa.func.least(_BOARD.due_at, _BOARD.call_heard_at + lost_after)
    query = (
        sa.select(due_at, _BOARD.interaction_id)
        .where(is_due)
        .order_by(due_at, _BOARD.interaction_id)
        .limit(limit)
    )
    if after is not None:
        place = sa.tuple_(due_at, _BOARD.interaction_id)
        query = query.where(place > sa.tuple_(*map(sa.literal, after)))
    rows = await connection.execute(query)
    return [(row[0], row[1]) for row in rows]
