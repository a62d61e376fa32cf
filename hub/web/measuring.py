"""The status of the hub, measured once for all who look at it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hub.application.status import Status
from hub.runtime.clock import Clock

_KEPT: Final = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Measured:
    """The status, and when it was measured."""

    status: Status
    at: datetime


class Measuring:
    """Measures when somebody asks, but not more often than every few seconds."""

    def __init__(self, measure: Callable[[], Awaitable[Status]], clock: Clock) -> None:
        self._measure = measure
        self._clock = clock
        self._last: Measured | None = None
        self._one_at_a_time = asyncio.Lock()

    async def latest(self) -> Measured:
        """The status, at most a few seconds old."""
        async with self._one_at_a_time:
            now = self._clock.now()
            if self._last is None or now >= self._last.at + _KEPT:
                self._last = Measured(await self._measure(), now)
            return self._last
