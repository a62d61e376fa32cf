"""The workflow handler: gaps are filled from the store, then the batch goes on."""

from dataclasses import dataclass, field

from events.envelope import Passed
from hub.application.intake import StoreUnavailableError
from hub.application.workflows import Batch, _beyond
from hub.streams.firing import FiringHandler
from tests.unit.events.test_wire import EVENT


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


class FakeSource:
    async def read_slice(self, slice_, after, until, limit):
        return [r for r in STORE if after < r.position <= until][:limit]

    async def heads(self, until=2**62):
        return {0: max((r.position for r in STORE if r.position <= until), default=0)}

    async def relayed(self):
        return 9


def handler(agent, hold=1.0):
    return FiringHandler(agent, FakeSource(), lambda: {0: agent.mark}, hold)


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


async def test_healing_fires_what_the_store_holds():
    agent = FakeAgent(mark=2)
    await handler(agent).heal([0])
    assert agent.fired == [5, 9, 12]


async def test_what_the_relay_has_not_sent_does_not_lag():
    assert await handler(FakeAgent(mark=9)).lagging() == {}
