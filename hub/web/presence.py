"""Whom this process sees at which interaction, told to the other ones.

An open live view of an interaction's presence is somebody who looks; each saved draft
is somebody who writes, for a while. So no client ever asks or tells for this alone.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Final
from uuid import uuid4

import structlog

from hub.application.intake import StoreUnavailableError
from hub.application.presence import ALIVE_EVERY, Attendance, Seat

ROUND: Final = 1.0
"""Changes of so many seconds are told together."""

LINGERS: Final = 5.0
"""Whoever reloads the page, or comes back to it at once, has not gone (s)."""

WRITES: Final = 15.0
"""Since the last saved word, somebody counts as writing so long (s)."""

log = structlog.get_logger(__name__)


class Presence:
    """The seats of this process. Only what changed costs anything."""

    def __init__(
        self, attendance: Attendance, time: Callable[[], float] = monotonic
    ) -> None:
        self._attendance = attendance
        self._time = time
        self._process = uuid4()
        self._views: Counter[Seat] = Counter()
        self._leaving: dict[Seat, float] = {}
        self._writing: dict[Seat, float] = {}
        self._touched: set[Seat] = set()
        self._told: dict[Seat, bool] = {}

    def enter(self, seat: Seat) -> None:
        """A live view was opened."""
        self._views[seat] += 1
        self._leaving.pop(seat, None)
        self._touched.add(seat)

    def leave(self, seat: Seat) -> None:
        """A live view was closed."""
        self._views[seat] -= 1
        if self._views[seat] <= 0:
            del self._views[seat]
            self._leaving[seat] = self._time() + LINGERS

    def writes(self, seat: Seat) -> None:
        """Somebody has just written a word there."""
        self._writing[seat] = self._time() + WRITES
        self._touched.add(seat)

    def rests(self, seat: Seat) -> None:
        """Somebody has sent what they wrote, or thrown it away."""
        if self._writing.pop(seat, None) is not None:
            self._touched.add(seat)

    async def others(self, seat: Seat) -> Mapping[str, bool]:
        """Who else is there, by user name, and whether they write."""
        return await self._attendance.others(seat)

    async def run(self) -> None:
        """Tell the other processes, for ever; cancel to stop."""
        due = 0.0
        try:
            while True:
                try:
                    if self._time() >= due:
                        await self.say_alive()
                        due = self._time() + ALIVE_EVERY
                    await self.tell()
                except StoreUnavailableError as error:
                    log.warning("presence_waits", error=str(error)[:200])
                    # A database that broke down may have forgotten this process.
                    due = 0.0
                await asyncio.sleep(ROUND)
        finally:
            with suppress(StoreUnavailableError):
                await self._attendance.leave(self._process)

    async def say_alive(self) -> None:
        """Say that this process is there; all is told again if it was forgotten.

        Raises:
            StoreUnavailableError: it is to be said again.
        """
        if await self._attendance.alive(self._process):
            self._touched.update(self._told)
            self._told.clear()

    async def tell(self) -> None:
        """Tell what has changed.

        Raises:
            StoreUnavailableError: it is told the next time.
        """
        self._expire(self._time())
        changes = {
            seat: state
            for seat in self._touched
            if (state := self._state(seat)) != self._told.get(seat)
        }
        taken, self._touched = self._touched, set()
        if not changes:
            return
        try:
            await self._attendance.tell(self._process, changes)
        except StoreUnavailableError:
            self._touched |= taken
            raise
        self._remember(changes)

    def _expire(self, now: float) -> None:
        for ends in (self._leaving, self._writing):
            over = [seat for seat, at in ends.items() if at <= now]
            for seat in over:
                del ends[seat]
            self._touched.update(over)

    def _state(self, seat: Seat) -> bool | None:
        if seat in self._writing:
            return True
        return False if seat in self._views or seat in self._leaving else None

    def _remember(self, changes: Mapping[Seat, bool | None]) -> None:
        for seat, state in changes.items():
            if state is None:
                self._told.pop(seat, None)
            else:
                self._told[seat] = state
