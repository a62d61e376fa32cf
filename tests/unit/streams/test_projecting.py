"""The live handler: small gaps are filled, large ones handed over."""

import asyncio
from dataclasses import dataclass, field

import pytest

from hub.streams import projecting
from hub.streams.healing import Healer
from hub.streams.projecting import Projecting
from projections.driver import Gap, Outcome, UnavailableError
from projections.watermarks import sort_out
from tests.stored import EVENT


def record(position, previous):
    return EVENT._replace(position=position, previous=previous, slice=0)


STORE = [record(n, n - 1) for n in range(1, 31)]


@dataclass
class FakeDriver:
    """Applies as the real one sorts out; away as often as told."""

    mark: int = 0
    applied: list = field(default_factory=list)
    away: int = 0
    calls: int = 0

    async def apply(self, records):
        self.calls += 1
        if self.away:
            self.away -= 1
            raise UnavailableError("away")
        found = sort_out(self.mark, records)
        self.applied += [r.position for r in found.fresh]
        before = self.mark = self.applied[-1] if self.applied else self.mark
        gaps = [Gap(0, before, found.gap.position)] if found.gap else []
        return Outcome(gaps, len(found.fresh))


@dataclass
class FakeSource:
    missing: bool = False
    silent: bool = False

    async def read_slice(self, slice_, after, until, limit):
        if self.silent:
            await asyncio.Event().wait()
        found = [r for r in STORE if after < r.position <= until]
        return [] if self.missing else found[:limit]


@pytest.fixture
def made():
    handler = Projecting(FakeDriver(), FakeSource(), batch=10, hold_seconds=0.5)
    handler.healer = Healer(handler)
    return handler


async def test_a_large_batch_is_applied_in_chunks(made):
    await made.handle(STORE)
    assert made.driver.applied == list(range(1, 31))


async def test_a_small_gap_is_filled_at_once(made):
    await made.handle(STORE[20:])
    assert made.driver.applied == list(range(1, 31))
    assert made.healer.wanted == set()


async def test_a_large_gap_is_handed_over(made, monkeypatch):
    monkeypatch.setattr(projecting, "SMALL_GAP", 5)
    await made.handle(STORE[20:])
    assert (made.driver.applied, made.healer.wanted) == ([], {0})


async def test_what_the_store_does_not_hold_either_is_handed_over(made):
    made.source.missing = True
    await made.handle(STORE[20:])
    assert (made.driver.applied, made.healer.wanted) == ([], {0})


async def test_a_database_that_is_away_for_a_moment_is_waited_for(made):
    made.driver.away = 1
    await made.handle(STORE[:5])
    assert made.driver.applied == [1, 2, 3, 4, 5]


async def test_nothing_is_held_for_long(made):
    made.driver.away = 99
    made.hold_seconds = 0
    await made.handle(STORE[:5])
    assert (made.driver.applied, made.healer.wanted) == ([], {0})


async def test_given_a_database_that_is_away_then_all_chunks_share_one_deadline(made):
    made.driver.away = 99
    made.hold_seconds = 0
    await made.handle([r._replace(slice=r.position // 10) for r in STORE])
    assert made.driver.calls == 1
    assert made.healer.wanted == {0, 1, 2, 3}


async def test_given_a_slow_database_then_what_is_left_at_the_deadline_is_handed_over(
    made,
):
    made.hold_seconds = 0
    await made.handle([*STORE[:10], *(r._replace(slice=5) for r in STORE[10:])])
    assert made.driver.applied == list(range(1, 11))
    assert made.healer.wanted == {5}


async def test_given_a_store_that_does_not_answer_then_a_gap_is_handed_over(made):
    made.source.silent = True
    made.hold_seconds = 0.01
    await made.handle([*STORE[:5], *STORE[20:]])
    assert made.driver.applied == [1, 2, 3, 4, 5]
    assert made.healer.wanted == {0}
