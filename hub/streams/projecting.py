"""The live driver's handler: apply a batch, fill small gaps, hand over large ones."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from events.envelope import Stored
from hub.streams.healing import Healer
from hub.streams.source import Source
from projections import watermarks
from projections.catchup import drive
from projections.driver import Driver, Gap, UnavailableError

log = structlog.get_logger("touchline.streams")

SMALL_GAP: Final = 1000
"""Missing events of a slice that are read at once; more go to the healer."""
RETRY_SECONDS: Final = 0.25


@dataclass(slots=True)
class Projecting:
    """Drives a group of projections from batches of the event topic."""

    driver: Driver
    source: Source
    batch: int
    hold_seconds: float
    healer: Healer | None = None

    async def handle(self, records: Sequence[Stored]) -> None:
        """Apply records in chunks; leave what is not done after `hold_seconds`.

        A rebalance waits for the agent, so no batch may hold it longer: then the
        watermark stays, and the healer brings what was left.
        """
        deadline = time.monotonic() + self.hold_seconds
        left = records
        try:
            while left:
                await self._chunk(left[: self.batch], deadline)
                left = left[self.batch :]
                if time.monotonic() > deadline:
                    break
        except (UnavailableError, TimeoutError) as error:
            log.warning("projections_wait", error=repr(error)[:200])
        if left:
            log.warning("batch_left_to_heal", events=len(left))
            self._hand_over({r.slice for r in left})

    async def _chunk(self, chunk: Sequence[Stored], deadline: float) -> None:
        for gap in await self._apply(chunk, deadline):
            await self._fill(gap, chunk, deadline)

    async def _apply(self, chunk: Sequence[Stored], deadline: float) -> list[Gap]:
        while True:
            try:
                return (await self.driver.apply(chunk)).gaps
            except UnavailableError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(RETRY_SECONDS)

    async def _fill(self, gap: Gap, chunk: Sequence[Stored], deadline: float) -> None:
        async with asyncio.timeout(deadline - time.monotonic()):
            missing = await self.source.read_slice(
                gap.slice, gap.after, gap.before - 1, SMALL_GAP
            )
        if len(missing) == SMALL_GAP:
            self._hand_over({gap.slice})
            return
        log.info("gap_filled", slice=gap.slice, events=len(missing))
        rest = [r for r in chunk if r.slice == gap.slice]
        if await self._apply([*missing, *rest], deadline):
            self._hand_over({gap.slice})

    def _hand_over(self, slices: set[int]) -> None:
        if self.healer is not None:
            self.healer.wanted |= slices

    async def lagging(self) -> dict[int, int]:
        """Watermark of each slice that is behind what the relay has sent."""
        sent = await self.source.heads(await self.source.relayed())
        async with self.driver.engine.connect() as connection:
            names = [p.key for p in self.driver.active()]
            marks = await watermarks.read(connection, self.driver.schema, names)
        lowest: dict[int, int] = {}
        for (_, slice_), position in marks.items():
            lowest[slice_] = min(lowest.get(slice_, position), position)
        return {s: p for s, p in lowest.items() if p < sent[s]}

    async def heal(self, slices: list[int]) -> None:
        """Bring slices up to the store's head."""
        heads = await self.source.heads()
        await drive(self.driver, self.source, {s: heads[s] for s in slices})
