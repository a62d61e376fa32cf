"""Drive parked streams again, in order, or skip one event of them for good."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from events.envelope import Stored
from projections import parking as parked
from projections import watermarks
from projections.bookkeeping import PARKED, SKIPPED
from projections.contract import Projection
from projections.driver import Driver
from projections.parking import Parking
from projections.sql import fetch


async def retry_stream(
    driver: Driver, projection: Projection, history: list[Stored]
) -> int:
    """Apply a stream's parked events in order; answer how many stay parked.

    `history` is the whole stream, oldest first.
    """
    stream, slice_ = history[0].stream, history[0].slice
    async with driver.engine.begin() as connection:
        await watermarks.lock(connection, driver.schema, [projection.key], [slice_])
        positions = await _parked_positions(connection, driver, projection, stream)
        records = [stored for stored in history if stored.position in positions]
        skipped = await parked.load(
            connection, driver.schema, [projection.key], records
        )
        parking = Parking(skipped=skipped.skipped)
        await driver.refold(connection, projection, records, parking)
        await _forget(connection, driver, projection, stream)
        await parked.save(connection, driver.schema, parking, driver.clock.now())
    return len(parking.added)


async def skip_event(
    driver: Driver, projection: Projection, event: UUID, by: tuple[str, str]
) -> None:
    """Skip one event for good; `by` is the actor and their reason."""
    actor, reason = by
    async with driver.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"INSERT INTO {SKIPPED.schema}.{SKIPPED.name}"  # noqa: S608
            " (projection, event_id, reason, actor, skipped_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (projection.key, event, reason, actor, driver.clock.now()),
        )


async def _parked_positions(
    connection: AsyncConnection, driver: Driver, projection: Projection, stream: UUID
) -> set[int]:
    rows = await fetch(
        connection,
        f"SELECT position FROM {driver.schema}.{PARKED.name}"  # noqa: S608
        " WHERE projection = %s AND stream = %s FOR UPDATE",
        (projection.key, stream),
    )
    return {position for (position,) in rows}


async def _forget(
    connection: AsyncConnection, driver: Driver, projection: Projection, stream: UUID
) -> None:
    await connection.exec_driver_sql(
        f"DELETE FROM {driver.schema}.{PARKED.name}"  # noqa: S608
        " WHERE projection = %s AND stream = %s",
        (projection.key, stream),
    )
