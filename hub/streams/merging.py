"""Batches of several partitions in one transaction.

While one is under way, and until the pace lets the next begin, what the partitions
bring is collected; the next one takes all of it. A slice is in one partition only, so
the order within slices stays.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

from hub.runtime.pacing import Pace
from hub.streams.app import Handler, R


@dataclass(slots=True)
class _Waiting(Generic[R]):
    """One partition's batch; `settled` tells its agent how it went."""

    records: Sequence[R]
    settled: asyncio.Future[None]


@dataclass(slots=True)
class Merging(Generic[R]):
    """Calls `handler` with all batches that wait, one call at a time."""

    handler: Handler[R]
    pace: Pace
    _waiting: list[_Waiting[R]] = field(default_factory=list)
    _running: asyncio.Task[None] | None = None

    async def handle(self, records: Sequence[R]) -> None:
        """Return when the records are handled.

        Raises:
            Exception: what the handler raised, for every batch that it was given.
        """
        mine = _Waiting(records, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._running is None:
            # A task of its own: an agent that is cancelled takes no other along.
            self._running = asyncio.create_task(self._run())
        await mine.settled

    async def _run(self) -> None:
        try:
            while self._waiting:
                # Even without a pause, what is ready in this turn goes together.
                await self.pace.wait()
                await self._round()
        finally:
            self._running = None

    async def _round(self) -> None:
        began = asyncio.get_running_loop().time()
        taken, self._waiting = self._waiting, []
        records = [r for batch in taken for r in batch.records]
        try:
            await self.handler(records)
        except Exception as error:  # noqa: BLE001  (every agent logs its own)
            _settle(taken, error)
        else:
            _settle(taken, None)
        self.pace.done(len(records), began)


def _settle(taken: Sequence[_Waiting[R]], error: Exception | None) -> None:
    for batch in taken:
        if batch.settled.done():
            continue
        if error is None:
            batch.settled.set_result(None)
        else:
            batch.settled.set_exception(error)
