"""The workflow agent's handler: fire on a batch, fill gaps from the store."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from events.envelope import Passed, Stored
from hub.application.intake import StoreUnavailableError
from hub.application.workflows import Batch, WorkflowAgent
from hub.streams.source import Source

log = structlog.get_logger("touchline.workflows")

READ: Final = 1000
RETRY_SECONDS: Final = 0.25


@dataclass(slots=True)
class FiringHandler:
    """Hands batches to the workflow agent; `marks` reads its watermarks."""

    agent: WorkflowAgent
    source: Source
    marks: Callable[[], dict[int, int]]
    hold_seconds: float

    async def handle(self, records: Sequence[Stored | Passed]) -> None:
        """Fire; what is missing is read from the store, in order, and fired too.

        A rebalance waits for the agent: what is not done after `hold_seconds` is left
        to the healer, for the watermark stays where it is.
        """
        deadline = self._deadline()
        try:
            for slice_, after, _ in (await self._fire(records, deadline)).gaps:
                until = max(r.position for r in records if r.slice == slice_)
                await self._catch_up(slice_, after, until, deadline)
        except (StoreUnavailableError, TimeoutError) as error:
            reason = type(error).__name__
            log.warning("batch_left_to_heal", events=len(records), error=reason)

    async def _fire(self, records: Sequence[Stored | Passed], deadline: float) -> Batch:
        while True:
            try:
                return await asyncio.to_thread(self.agent.handle, records)
            except StoreUnavailableError as error:
                log.warning("workflow_waits", error=str(error)[:200])
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(RETRY_SECONDS)

    async def _catch_up(
        self, slice_: int, after: int, until: int, deadline: float | None = None
    ) -> None:
        """Fire what the store holds; without a deadline each page has its own."""
        while after < until:
            ends = deadline or self._deadline()
            async with asyncio.timeout(ends - time.monotonic()):
                records = await self.source.read_slice(slice_, after, until, READ)
            if not records:
                return
            await self._fire(records, ends)
            after = records[-1].position

    def _deadline(self) -> float:
        return time.monotonic() + self.hold_seconds

    async def lagging(self) -> dict[int, int]:
        """Watermark of each slice that is behind what the relay has sent."""
        sent = await self.source.heads(await self.source.relayed())
        marks = await asyncio.to_thread(self.marks)
        return {s: p for s, p in marks.items() if p < sent[s]}

    async def heal(self, slices: list[int]) -> None:
        """Fire what the store holds beyond the watermarks of slices."""
        heads = await self.source.heads()
        for slice_ in slices:
            # Read anew: meanwhile another worker may have healed this slice.
            marks = await asyncio.to_thread(self.marks)
            await self._catch_up(slice_, marks[slice_], heads[slice_])
