"""Log-in attempts are counted for all processes together."""

import asyncio
from datetime import timedelta

import pytest

from hub.adapters.postgres.attempts import PostgresAttempts
from hub.adapters.postgres.pooled import people_pool
from hub.application.attempts import Limit
from hub.runtime.clock import FixedClock
from tests.unit.web import kit

SECOND = timedelta(seconds=1)
LOCK = timedelta(minutes=15)
LIMIT = Limit(free=3, lock_after=6, lock=LOCK)
NONE = timedelta()


@pytest.fixture
def clock():
    return FixedClock(kit.NOW)


@pytest.fixture
async def attempts(database, clock):
    async with people_pool(database) as pool:
        yield PostgresAttempts(pool, clock, b"key", LIMIT)


async def fail(attempts, clock, times, name="ana", address="192.0.2.1"):
    """Fail so often, each time as soon as one may; answer how long one waited."""
    waited = []
    for _ in range(times):
        wait = await attempts.begin(name, address)
        if wait:
            clock.advance(wait)
            assert await attempts.begin(name, address) == NONE
        waited.append(wait)
    return waited


async def test_pauses_double_and_end_in_a_lock(attempts, clock):
    waited = await fail(attempts, clock, 7)
    assert waited == [NONE, NONE, NONE, SECOND, 2 * SECOND, 4 * SECOND, LOCK]


async def test_a_try_that_comes_too_early_does_not_make_the_lock_longer(
    attempts, clock
):
    await fail(attempts, clock, 6)
    assert await attempts.begin("ana", "192.0.2.1") == LOCK
    clock.advance(LOCK / 2)
    assert await attempts.begin("ana", "192.0.2.1") == LOCK / 2


async def test_many_tries_at_once_gain_nothing(attempts):
    tries = (attempts.begin("ana", f"192.0.2.{n}") for n in range(20))
    assert (await asyncio.gather(*tries)).count(NONE) == LIMIT.free


async def test_whoever_gets_in_begins_anew(attempts, clock):
    await fail(attempts, clock, 5)
    await attempts.succeeded("ana", "192.0.2.1")
    assert await fail(attempts, clock, 3) == [NONE, NONE, NONE]


async def test_a_name_is_the_same_however_it_is_written(attempts, clock):
    await fail(attempts, clock, 3)
    assert await attempts.begin(" ANA ", "192.0.2.9") == SECOND


async def test_one_address_cannot_try_all_names(attempts):
    names = [f"person {n}" for n in range(21)]
    waits = [await attempts.begin(name, "192.0.2.1") for name in names]
    assert waits[:20] == [NONE] * 20
    assert waits[20] == SECOND
    assert await attempts.begin("ana", "192.0.2.2") == NONE


async def test_an_unlocked_name_may_be_tried_at_once(attempts, clock):
    await fail(attempts, clock, 6)
    assert await attempts.locked(["ana", "ben"]) == {"ana": clock.now() + LOCK}
    await attempts.unlock("ana")
    assert await attempts.locked(["ana", "ben"]) == {}
    assert await attempts.begin("ana", "192.0.2.1") == NONE


async def test_failures_of_yesterday_are_forgotten(attempts, clock):
    await fail(attempts, clock, 6)
    clock.advance(timedelta(days=2))
    assert await fail(attempts, clock, 3) == [NONE, NONE, NONE]
