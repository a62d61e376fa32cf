"""The outbound ledger on PostgreSQL: claimed once, sent by one, reported once."""

from datetime import timedelta
from uuid import UUID

import pytest
from psycopg_pool import AsyncConnectionPool

from hub.adapters.postgres.checkpoints import PostgresCheckpoints
from hub.adapters.postgres.ledger import Claim, Ledger, Settled, Tally, by_state
from hub.runtime.clock import FixedClock
from tests.unit.domain.touchpoints import at

NOW, LATER = at(), at(seconds=30)


def claim(number):
    return Claim(UUID(int=number), UUID(int=number + 100), "email", b"m")


@pytest.fixture
async def pool(database):
    options = {"autocommit": True}
    async with AsyncConnectionPool(database, kwargs=options, open=False) as made:
        yield made


@pytest.fixture
def ledger(pool):
    return Ledger(pool, "email")


async def due(ledger, when=NOW, limit=9):
    found = await ledger.due(when, when + timedelta(seconds=30), limit)
    return {(d.outbound_id.int, d.attempts, d.interrupted) for d in found}


async def test_a_message_is_claimed_once(ledger):
    await ledger.claim([claim(1), claim(1)], NOW)
    await ledger.claim([claim(1), claim(2)], LATER)
    assert await due(ledger) == {(1, 1, False)}
    assert await due(ledger, LATER) == {(1, 2, True), (2, 1, False)}


async def test_what_one_has_taken_nobody_else_gets_before_its_lease_ends(ledger):
    await ledger.claim([claim(1)], NOW)
    assert await due(ledger) == {(1, 1, False)}
    assert await due(ledger, NOW + timedelta(seconds=29)) == set()
    assert await due(ledger, LATER) == {(1, 2, True)}


async def test_no_more_is_taken_than_wanted(ledger):
    await ledger.claim([claim(n) for n in range(5)], NOW)
    assert len(await due(ledger, limit=3)) == 3
    assert len(await due(ledger, limit=3)) == 2


async def test_a_message_of_another_connector_is_not_due(ledger, pool):
    await Ledger(pool, "sms").claim([claim(1)], NOW)
    assert await due(ledger) == set()


async def test_what_shall_be_tried_again_is_due_then(ledger):
    await ledger.claim([claim(1)], NOW)
    await due(ledger)
    await ledger.settle([Settled(UUID(int=1), "claimed", again_at=LATER)], NOW)
    assert await ledger.unreported(9) == []
    assert await due(ledger, LATER) == {(1, 2, False)}


async def test_an_outcome_is_final_and_reported_once(ledger, pool):
    await ledger.claim([claim(1)], NOW)
    await due(ledger)
    await ledger.settle([Settled(UUID(int=1), "failed", reason="no")], NOW)
    assert await ledger.unreported(9) == [(UUID(int=1), "failed", "no")]
    await ledger.reported([UUID(int=1)])
    assert await ledger.unreported(9) == []
    assert await due(ledger, at(days=9)) == set()
    async with pool.connection() as connection:
        found = await by_state(connection)
    assert found == [Tally("email", "failed", 1, None, None)]


async def test_what_is_still_to_be_sent_tells_since_when_and_when_again(ledger, pool):
    # Given: two messages that wait, the older one for its second attempt
    await ledger.claim([claim(1)], NOW)
    await due(ledger)
    await ledger.settle([Settled(UUID(int=1), "claimed", again_at=at(days=1))], NOW)
    await ledger.claim([claim(2)], LATER)

    # When
    async with pool.connection() as connection:
        found = await by_state(connection)

    # Then
    assert found == [Tally("email", "claimed", 2, NOW, LATER)]


@pytest.mark.parametrize(
    ("first", "late", "stays"),
    [
        ("uncertain", "failed", "uncertain"),
        ("sent", "uncertain", "sent"),
        ("uncertain", "sent", "sent"),
    ],
)
async def test_given_an_outcome_when_another_comes_late_then_sent_or_the_first_stays(
    ledger, first, late, stays
):
    await ledger.claim([claim(1)], NOW)
    await due(ledger)
    for state in (first, late):
        await ledger.settle([Settled(UUID(int=1), state)], NOW)
    assert await ledger.unreported(9) == [(UUID(int=1), stays, "")]


async def test_given_a_final_outcome_when_a_late_one_wants_it_again_then_it_is_not_due(
    ledger,
):
    await ledger.claim([claim(1)], NOW)
    await due(ledger)
    await ledger.settle([Settled(UUID(int=1), "failed")], NOW)
    await ledger.settle([Settled(UUID(int=1), "claimed", again_at=LATER)], NOW)
    assert await due(ledger, at(days=1)) == set()


async def test_checkpoints_keep_the_last_value(pool):
    mine = PostgresCheckpoints(pool, "email", FixedClock(NOW))
    other = PostgresCheckpoints(pool, "sms", FixedClock(NOW))
    assert await mine.load("uid") is None
    await mine.save("uid", {"last": 1})
    await mine.save("uid", {"last": 2})
    assert (await mine.load("uid"), await other.load("uid")) == ({"last": 2}, None)
