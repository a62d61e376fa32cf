"""The workflow handler: gaps are filled from the store, then the batch goes on."""

import asyncio
from dataclasses import dataclass, field

import pytest

from events.envelope import Passed
from hub.application.intake import StoreUnavailableError
from hub.application.workflows import Batch, _beyond
from hub.streams.firing import FiringHandler
from tests.stored import EVENT


def record(position, previous):
    return EVENT._replace(position=position, previous=previous, slice=0)


STORE = [record(2, 0), record(5, 2), record(9, 5), record(12, 9)]


@dataclass
class FakeAgent:
    """Fires on what lies beyond its mark, as the real one decides it."""

    mark: int = 0
    fired: list = field(default_factory=list)
    failures: int = 0

    def handle(self, records):
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError
        batch, fresh, moved = _beyond({0: records}, {0: self.mark})
        self.fired += [r.position for r in fresh]
        self.mark = moved.get(0, self.mark)
        return Batch(batch.gaps, len(fresh))


@dataclass
class FakeSource:
    silent: bool = False
    asked: list = field(default_factory=list)

    async def read_slice(self, slice_, after, until, limit):
        self.asked.append(slice_)
        if self.silent:
            await asyncio.Event().wait()
        return [r for r in STORE if after < r.position <= until][:limit]

    async def heads(self, until=2**62):
        return {0: max((r.position for r in STORE if r.position <= until), default=0)}

    async def relayed(self):
        return 9


def handler(agent, hold=1.0, *, silent=False):
    return FiringHandler(agent, FakeSource(silent), lambda: {0: agent.mark}, hold)


async def test_a_batch_in_order_fires_once():
    agent = FakeAgent()
    await handler(agent).handle(STORE)
    await handler(agent).handle(STORE)
    assert agent.fired == [2, 5, 9, 12]


async def test_an_event_that_no_workflow_wants_leaves_no_gap():
    agent = FakeAgent()
    passed = Passed(5, 2, 0, "touchline.NobodyWantsIt.v1")
    await handler(agent).handle([STORE[0], passed, STORE[2]])
    assert agent.mark == 9


async def test_a_gap_is_filled_and_the_rest_of_the_batch_fires_too():
    agent = FakeAgent()
    await handler(agent).handle([STORE[1], STORE[3]])
    assert agent.fired == [2, 5, 9, 12]


async def test_a_store_that_is_away_for_a_moment_is_waited_for():
    agent = FakeAgent(failures=1)
    await handler(agent).handle(STORE)
    assert agent.fired == [2, 5, 9, 12]


async def test_a_store_that_is_away_for_long_leaves_the_batch_to_the_healer():
    agent = FakeAgent(failures=9)
    await handler(agent, hold=0).handle(STORE)
    assert agent.fired == []
    assert await handler(agent).lagging() == {0: 0}


async def test_given_a_store_that_does_not_answer_then_a_gap_is_left_to_the_healer():
    agent = FakeAgent()
    await handler(agent, hold=0.01, silent=True).handle([STORE[0], STORE[2]])
    assert agent.fired == [2]


async def test_given_a_store_that_is_away_when_healing_then_the_healer_learns_of_it():
    agent = FakeAgent(failures=9)
    with pytest.raises(StoreUnavailableError):
        await handler(agent, hold=0).heal([0])


async def test_given_another_worker_healed_meanwhile_then_its_slices_are_not_read():
    agent, marks = FakeAgent(), iter([{0: 0, 1: 0}, {0: 12, 1: 12}])
    source = FakeSource()
    source.heads = heads_of_two
    await FiringHandler(agent, source, lambda: next(marks), 1.0).heal([0, 1])
    assert source.asked == [0]


async def heads_of_two():
    return {0: 12, 1: 12}


async def test_healing_fires_what_the_store_holds():
    agent = FakeAgent(mark=2)
    await handler(agent).heal([0])
    assert agent.fired == [5, 9, 12]


async def test_what_the_relay_has_not_sent_does_not_lag():
    assert await handler(FakeAgent(mark=9)).lagging() == {}
