"""Rounds of work and the rests between them."""

import asyncio

from hub.runtime.pacing import Pace

HOUR = 3600.0


def now():
    return asyncio.get_running_loop().time()


async def test_given_no_round_yet_then_the_first_begins_at_once():
    async with asyncio.timeout(5):
        await Pace(HOUR, enough=1).wait()


async def test_given_a_short_round_then_the_next_begins_a_pace_after_it_began():
    pace, began = Pace(0.03, enough=10), now()
    pace.done(1, began)
    await pace.wait()
    assert now() >= began + 0.03


async def test_given_a_long_round_then_the_rest_is_as_long():
    pace, ended = Pace(0, enough=10), now()
    pace.done(1, ended - 0.03)
    await pace.wait()
    assert now() >= ended + 0.03


async def test_given_a_full_round_then_the_next_begins_at_once():
    pace = Pace(HOUR, enough=10)
    pace.done(10, now())
    async with asyncio.timeout(5):
        await pace.wait()


async def test_given_a_pause_then_a_full_round_owes_no_earlier_rest():
    pace = Pace(HOUR, enough=10)
    pace.done(1, now() - 2 * HOUR)
    pace.done(10, now())
    async with asyncio.timeout(5):
        await pace.wait()
