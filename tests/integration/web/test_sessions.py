"""Sessions in PostgreSQL: how long they last, who sees and who ends them."""

from datetime import timedelta

import psycopg
import pytest

from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.sessions import PostgresSessions
from hub.application.sessions import Lifetime
from hub.runtime.clock import FixedClock
from tests.accounts import employ
from tests.unit.web import kit

HOUR = timedelta(hours=1)
SHIFT = Lifetime(8 * HOUR, HOUR)


@pytest.fixture
def clock():
    return FixedClock(kit.NOW)


@pytest.fixture
async def sessions(database, clock):
    async with people_pool(database) as pool:
        accounts = PostgresAccounts(pool, clock)
        for name in ("ana", "ben"):
            await employ(database, accounts, name)
        yield PostgresSessions(pool, clock)


async def test_a_session_in_use_lasts_until_its_end_and_no_longer(sessions, clock):
    secret = await sessions.begin("ana", SHIFT)
    for _ in range(15):
        clock.advance(HOUR / 2)
        assert (await sessions.find(secret)).principal.name == "ana"
    clock.advance(HOUR / 2)
    assert await sessions.find(secret) is None


async def test_a_session_that_nobody_uses_ends_early(sessions, clock):
    secret = await sessions.begin("ana", SHIFT)
    clock.advance(HOUR)
    assert await sessions.find(secret) is None
    assert await sessions.of("ana") == []


async def test_sessions_have_secrets_of_their_own(sessions):
    secrets = {await sessions.begin("ana", SHIFT) for _ in range(3)}
    tokens = {(await sessions.find(secret)).csrf for secret in secrets}
    assert len(secrets) == len(tokens) == 3


async def test_a_session_says_where_it_is_used_and_since_when(sessions, clock):
    await sessions.begin("ana", SHIFT, "Old browser")
    clock.advance(HOUR / 4)
    secret = await sessions.begin("ana", SHIFT, "New browser")
    await sessions.begin("ben", SHIFT, "Ben's browser")
    clock.advance(HOUR / 4)
    await sessions.find(secret)
    found = [(one.agent, one.begun_at, one.seen_at) for one in await sessions.of("ana")]
    assert found == [
        ("New browser", kit.NOW + HOUR / 4, kit.NOW + HOUR / 2),
        ("Old browser", kit.NOW, kit.NOW),
    ]


async def test_one_session_ends_and_the_others_go_on(sessions):
    first, second = [await sessions.begin("ana", SHIFT) for _ in range(2)]
    await sessions.end_one("ana", (await sessions.find(first)).id)
    assert await sessions.find(first) is None
    assert await sessions.find(second)


async def test_nobody_ends_the_session_of_another(sessions):
    secret = await sessions.begin("ana", SHIFT)
    await sessions.end_one("ben", (await sessions.find(secret)).id)
    assert await sessions.find(secret)


async def test_all_sessions_but_one_end(sessions):
    kept, *others = [await sessions.begin("ana", SHIFT) for _ in range(3)]
    bens = await sessions.begin("ben", SHIFT)
    here = await sessions.find(kept)
    assert await sessions.end_all("ana", besides=here.id) == 2
    assert [await sessions.find(one) for one in others] == [None, None]
    assert await sessions.find(kept) == here
    assert await sessions.find(bens)


async def test_what_ended_is_announced_to_live_views(sessions, database):
    secret = await sessions.begin("ana", SHIFT)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("LISTEN touchline_views")
        await sessions.end(secret)
        await sessions.end(secret)
        await sessions.begin("ben", SHIFT)
        await sessions.end_all("ben")
        heard = [note.payload for note in connection.notifies(stop_after=2)]
    assert heard == ['{"access" : "ana"}', '{"access" : "ben"}']


async def test_who_is_logged_in_is_told_by_role(sessions, clock):
    await sessions.begin("ana", SHIFT)
    clock.advance(HOUR / 4)
    await sessions.begin("ana", SHIFT)
    await sessions.begin("ben", SHIFT)
    seen = await sessions.present(["agent", "supervisor"])
    assert seen == {"ana": clock.now(), "ben": clock.now()}
    assert await sessions.present(["privacy"]) == {}
    clock.advance(HOUR)
    assert await sessions.present(["agent"]) == {}
