"""Heal slices from the store when Kafka does not bring their events."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

log = structlog.get_logger("touchline.streams")

CHECK_SECONDS: Final = 1.0
FROZEN_CHECKS: Final = 5
"""After how many checks without movement a slice that lags counts as frozen."""


class Healable(Protocol):
    """What can be healed: a group of projections, or a workflow."""

    async def lagging(self) -> dict[int, int]:
        """Watermark of each slice that is behind what the relay has sent."""
        ...

    async def heal(self, slices: list[int]) -> None:
        """Bring slices up to the store's head, in the order given."""
        ...


@dataclass(slots=True)
class Healer:
    """Watches a healable; slices can also be handed to it."""

    target: Healable
    wanted: set[int] = field(default_factory=set)
    _seen: dict[int, tuple[int, int]] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Heal everything once, then whatever freezes, until `stop` is set."""
        first = True
        while not stop.is_set():
            try:
                await self._round(first=first)
                first = False
            except Exception:
                log.exception("heal_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), CHECK_SECONDS)

    async def _round(self, *, first: bool) -> None:
        lagging = await self.target.lagging()
        frozen = sorted(lagging) if first else self._frozen(lagging)
        slices = sorted({*frozen, *self.wanted})
        if not slices:
            return
        log.warning("heal", slices=len(slices), at_start=first)
        self.wanted.difference_update(slices)
        # Workers that heal at once go different ways, and find done what others did.
        random.shuffle(slices)
        try:
            await self.target.heal(slices)
        except Exception:
            self.wanted.update(slices)
            raise

    def _frozen(self, lagging: dict[int, int]) -> list[int]:
        """Slices that have lagged at the same watermark for several checks."""
        before, self._seen = self._seen, {}
        for slice_, watermark in lagging.items():
            mark, count = before.get(slice_, (watermark, 0))
            self._seen[slice_] = (watermark, count + 1 if mark == watermark else 1)
        return sorted(s for s, (_, n) in self._seen.items() if n > FROZEN_CHECKS)
