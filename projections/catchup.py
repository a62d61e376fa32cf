"""Drive projections from the store: at start, to heal gaps, and to rebuild."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from events.envelope import Stored
from projections import watermarks
from projections.driver import Driver, UnavailableError
from projections.source import EventSource

log = structlog.get_logger("touchline.projections")

BATCH: Final = 2000
RETRY_SECONDS: Final = 1.0

Progress = Callable[[int], None]
"""Called with the number of events that one more batch has applied."""


async def drive_slice(
    driver: Driver, source: EventSource, slice_: int, until: int, progress: Progress
) -> None:
    """Apply one slice from the lowest watermark of the group up to `until`."""
    after = await _lowest(driver, slice_)
    if after is None:
        log.warning("nothing_to_drive", slice=slice_, stopped=sorted(driver.stopped))
        return
    while after < until:
        records = await source.read_slice(slice_, after, until, BATCH)
        if not records:
            return
        await _apply(driver, records)
        progress(len(records))
        after = records[-1].position


async def _apply(driver: Driver, records: list[Stored]) -> None:
    while True:
        try:
            await driver.apply(records)
        except UnavailableError as error:
            log.warning("catch_up_waits", error=str(error)[:200])
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


async def _lowest(driver: Driver, slice_: int) -> int | None:
    """The lowest watermark of a slice; None if all projections are stopped."""
    async with driver.engine.connect() as connection:
        marks = await watermarks.read(
            connection, driver.schema, [p.key for p in driver.active()]
        )
    return min((p for (_, s), p in marks.items() if s == slice_), default=None)


async def drive(
    driver: Driver,
    source: EventSource,
    until: dict[int, int],
    *,
    workers: int = 2,
    progress: Progress = lambda _: None,
) -> None:
    """Apply all slices up to the positions in `until`, `workers` slices at a time.

    Slices are begun in the order of `until`.
    """
    queue = iter(until)

    async def work() -> None:
        for slice_ in queue:
            await drive_slice(driver, source, slice_, until[slice_], progress)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
