"""Batches of several partitions, handled together."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.envelope import Stored
from hub.streams.merging import Merging

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = UUID(int=1)


def stored(position):
    return Stored(
        ID,
        ID,
        1,
        position,
        0,
        0,
        "touchline.InteractionTaken.v1",
        b"",
        AT,
        AT,
        "",
        ID,
        ID,
    )


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
    tasks = await begun(Merging(handler, 1), [stored(1)], [stored(2), stored(3)])
    await asyncio.gather(*tasks)
    assert handler.calls == [[1, 2, 3]]


async def test_given_a_call_under_way_then_later_batches_wait_and_go_together():
    handler = Slow()
    merging = Merging(handler, 1)
    first = await begun(merging, [stored(1)])
    later = await begun(merging, [stored(2)], [stored(3)])
    assert handler.calls == [[1]]
    handler.may_go.set()
    await asyncio.gather(*first, *later)
    assert handler.calls == [[1], [2, 3]]


async def test_given_a_free_place_then_a_batch_does_not_wait():
    handler = Slow()
    merging = Merging(handler, 2)
    await begun(merging, [stored(1)])
    tasks = await begun(merging, [stored(2)])
    assert handler.calls == [[1], [2]]
    handler.may_go.set()
    await asyncio.gather(*tasks)


async def test_given_a_failure_then_every_agent_of_the_call_hears_it():
    async def fail(_records):
        raise RuntimeError("no")

    tasks = await begun(Merging(fail, 1), [stored(1)], [stored(2)])
    for task in tasks:
        with pytest.raises(RuntimeError):
            await task


async def test_given_a_cancelled_agent_then_the_others_are_handled_all_the_same():
    handler = Slow()
    merging = Merging(handler, 1)
    gone, stays = await begun(merging, [stored(1)], [stored(2)])
    gone.cancel()
    handler.may_go.set()
    await stays
    assert handler.calls == [[1, 2]]
