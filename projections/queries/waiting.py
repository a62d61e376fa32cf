"""Read your own writes: wait until read models have applied what a command wrote."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.bookkeeping import WATERMARKS

ConnectionFactory = Callable[[], AbstractAsyncContextManager[AsyncConnection]]

_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.05


async def wait_for(
    conn_factory: ConnectionFactory,
    positions: dict[int, int],
    projections: Sequence[str],
    timeout: float,  # noqa: ASYNC109
) -> bool:
    """Tell whether all projections came this far in all slices within the time.

    Args:
        conn_factory: opens a connection, such as `engine.connect`.
        positions: the position to reach in each slice.
        projections: keys of projections, such as `queue_board_v1`.
        timeout: how long to wait at most, in seconds.
    """
    loop = asyncio.get_running_loop()
    limit, pause = loop.time() + timeout, _FIRST_PAUSE
    while True:
        async with conn_factory() as connection:
            if await _reached(connection, positions, projections):
                return True
        if loop.time() + pause > limit:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _reached(
    connection: AsyncConnection, positions: dict[int, int], projections: Sequence[str]
) -> bool:
    found = await connection.execute(
        sa.select(
            WATERMARKS.c.projection, WATERMARKS.c.slice, WATERMARKS.c.position
        ).where(
            WATERMARKS.c.projection.in_(projections), WATERMARKS.c.slice.in_(positions)
        )
    )
    marks = {(projection, slice_): position for projection, slice_, position in found}
    return all(
        marks.get((projection, slice_), 0) >= position
        for projection in projections
        for slice_, position in positions.items()
    )
