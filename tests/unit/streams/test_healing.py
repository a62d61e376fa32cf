"""The healer: everything once at start, then what freezes, and no error ends it."""

import asyncio
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from hub.streams import healing
from hub.streams.healing import FROZEN_CHECKS, Healer


@dataclass
class Target:
    """Lags where it is told to; notes what is healed; fails as often as told."""

    behind: dict = field(default_factory=dict)
    healed: list = field(default_factory=list)
    failures: int = 0

    async def lagging(self):
        self._fail()
        return dict(self.behind)

    async def heal(self, slices):
        self._fail()
        self.healed.append(slices)

    def _fail(self):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the store is away")


async def rounds(healer, count):
    for _ in range(count):
        await healer._round(first=False)


async def test_everything_that_lags_is_healed_at_start():
    target = Target({3: 0, 7: 5})
    await Healer(target)._round(first=True)
    assert [sorted(slices) for slices in target.healed] == [[3, 7]]


async def test_given_two_workers_that_heal_at_once_then_they_go_different_ways():
    target = Target(dict.fromkeys(range(64), 0))
    for healer in (Healer(target), Healer(target)):
        await healer._round(first=True)
    one, other = target.healed
    assert sorted(one) == sorted(other) == list(range(64))
    assert one != other


async def test_what_merely_lags_is_left_to_the_stream():
    target = Target({3: 0})
    healer = Healer(target)
    for mark in range(20):
        target.behind = {3: mark}
        await rounds(healer, 1)
    assert target.healed == []


async def test_what_does_not_move_is_frozen_and_healed():
    target = Target({3: 8})
    healer = Healer(target)
    await rounds(healer, FROZEN_CHECKS)
    assert target.healed == []
    await rounds(healer, 1)
    assert target.healed == [[3]]


async def test_what_is_handed_over_is_healed_at_once_and_once():
    healer = Healer(Target(), {5})
    await rounds(healer, 3)
    assert healer.target.healed == [[5]]


async def test_what_could_not_be_healed_stays_wanted():
    healer = Healer(Target(), {5})

    async def away(slices):
        raise ConnectionError

    healer.target.heal = away
    with pytest.raises(ConnectionError):
        await rounds(healer, 1)
    assert healer.wanted == {5}


async def test_it_goes_on_when_the_store_is_back(monkeypatch):
    monkeypatch.setattr(healing, "CHECK_SECONDS", 0.001)
    target, stop, healed = Target({3: 0}, failures=3), asyncio.Event(), asyncio.Event()
    real = target.heal

    async def noting(slices):
        await real(slices)
        healed.set()

    target.heal = noting
    with capture_logs() as logged:
        running = asyncio.ensure_future(Healer(target).run(stop))
        await healed.wait()
        stop.set()
        await running
    assert target.healed[0] == [3]
    assert [e["event"] for e in logged].count("heal_failed") == 3
