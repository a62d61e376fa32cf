"""Batches of several partitions, handled together."""

import asyncio

import pytest

from hub.runtime.pacing import Pace
from hub.streams.merging import Merging
from tests.stored import stored

AT_ONCE = Pace(0, enough=0)


def event(position):
    return stored(position=position)


class Slow:
    """Notes the positions of each call, and waits until it may go on."""

    def __init__(self):
        self.calls = []
        self.may_go = asyncio.Event()

    async def __call__(self, records):
        self.calls.append([r.position for r in records])
        await self.may_go.wait()


async def begun(merging, *batches):
    tasks = [asyncio.create_task(merging.handle(batch)) for batch in batches]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_given_batches_ready_together_then_they_are_one_call():
    handler = Slow()
    handler.may_go.set()
    tasks = await begun(Merging(handler, AT_ONCE), [event(1)], [event(2), event(3)])
    await asyncio.gather(*tasks)
    assert handler.calls == [[1, 2, 3]]


async def test_given_a_call_under_way_then_later_batches_wait_and_go_together():
    handler = Slow()
    merging = Merging(handler, AT_ONCE)
    first = await begun(merging, [event(1)])
    later = await begun(merging, [event(2)], [event(3)])
    assert handler.calls == [[1]]
    handler.may_go.set()
    await asyncio.gather(*first, *later)
    assert handler.calls == [[1], [2, 3]]


async def test_given_a_failure_then_every_agent_of_the_call_hears_it():
    async def fail(_records):
        raise RuntimeError("no")

    tasks = await begun(Merging(fail, AT_ONCE), [event(1)], [event(2)])
    for task in tasks:
        with pytest.raises(RuntimeError):
            await task


async def test_given_a_cancelled_agent_then_the_others_are_handled_all_the_same():
    handler = Slow()
    merging = Merging(handler, AT_ONCE)
    gone, stays = await begun(merging, [event(1)], [event(2)])
    gone.cancel()
    handler.may_go.set()
    await stays
    assert handler.calls == [[1, 2]]


async def test_given_a_pace_then_what_comes_during_the_rest_is_one_call():
    handler = Slow()
    handler.may_go.set()
    pace = Pace(0.05, enough=10)
    merging = Merging(handler, pace)
    await merging.handle([event(1)])
    await asyncio.gather(*await begun(merging, [event(2)], [event(3)]))
    assert handler.calls == [[1], [2, 3]]
