"""Batches of several partitions in one transaction, when they wait anyway.

A transaction costs as much as a hundred events. While `at_once` of them are under way,
what other partitions bring is collected; whoever comes next takes all of it. A slice is
in one partition only, so the order within slices stays.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from events.envelope import Stored
from hub.streams.app import Handler


@dataclass(slots=True)
class _Waiting:
    """One partition's batch; `settled` tells its agent how it went."""

    records: Sequence[Stored]
    settled: asyncio.Future[None]


@dataclass(slots=True)
class Merging:
    """Calls `handler` with all batches that wait, `at_once` at a time."""

    handler: Handler
    at_once: int
    _waiting: list[_Waiting] = field(default_factory=list)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle(self, records: Sequence[Stored]) -> None:
        """Return when the records are handled.

        Raises:
            Exception: what the handler raised, for every batch that it was given.
        """
        mine = _Waiting(records, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        self._start()
        await mine.settled

    def _start(self) -> None:
        if self._waiting and len(self._running) < self.at_once:
            # A task of its own: an agent that is cancelled takes no other along.
            task = asyncio.create_task(self._run())
            self._running.add(task)
            task.add_done_callback(self._next)

    def _next(self, done: asyncio.Task[None]) -> None:
        self._running.discard(done)
        self._start()

    async def _run(self) -> None:
        # Batches that became ready in the same turn of the loop go together.
        await asyncio.sleep(0)
        taken, self._waiting = self._waiting, []
        try:
            await self.handler([r for batch in taken for r in batch.records])
        except Exception as error:  # noqa: BLE001  (every agent logs its own)
            _settle(taken, error)
        else:
            _settle(taken, None)


def _settle(taken: Sequence[_Waiting], error: Exception | None) -> None:
    for batch in taken:
        if batch.settled.done():
            continue
        if error is None:
            batch.settled.set_result(None)
        else:
            batch.settled.set_exception(error)
