"""Accounts in PostgreSQL."""

from datetime import timedelta

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg_pool import AsyncConnectionPool

from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.sessions import PostgresSessions
from hub.runtime.clock import FixedClock
from tests.accounts import employ
from tests.unit.web import kit
from tests.unit.web.kit_people import SHIFT

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    return FixedClock(kit.NOW)


@pytest.fixture
async def accounts(database, clock):
    options = {"autocommit": True}
    async with AsyncConnectionPool(database, kwargs=options, open=False) as pool:
        made = PostgresAccounts(pool, clock, QUICK)
        await employ(database, made, "ana")
        yield made


@pytest.fixture
async def sessions(database, clock):
    async with people_pool(database) as pool:
        yield PostgresSessions(pool, clock)


async def test_the_right_password_is_the_person(accounts):
    found = await accounts.check_password("ana", "secret")
    assert (found.name, found.display_name) == ("ana", "Ana")
    assert found.roles == {"agent"}


@pytest.mark.parametrize(
    ("name", "password"), [("ana", "x"), ("eve", "secret"), ("ana\x00", "secret")]
)
async def test_anything_else_is_nobody(accounts, name, password):
    assert await accounts.check_password(name, password) is None


async def test_an_unknown_name_costs_as_much_as_a_wrong_password(accounts, monkeypatch):
    checked = []
    monkeypatch.setattr(accounts, "_matches", lambda *asked: checked.append(asked))
    await accounts.check_password("eve", "secret")
    await accounts.check_password("ana", "x")
    assert len(checked) == 2


async def test_a_hash_of_old_strength_is_renewed(accounts, database):
    accounts._hasher = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    assert await accounts.check_password("ana", "secret")
    assert "t=2" in stored(database, "password_hash", "users")


async def test_the_database_holds_no_secret(accounts, sessions, database):
    secret = await sessions.begin("ana", SHIFT)
    key = await accounts.issue_key("robot", ["integrator"])
    rows = stored(database, "array_agg(t)::text", "sessions t")
    keys = stored(database, "array_agg(t)::text", "api_keys t")
    assert secret not in rows
    assert key not in keys


async def test_keys_are_listed_without_themselves(accounts, clock):
    key = await accounts.issue_key("robot", ["integrator"])
    clock.advance(HOUR)
    await accounts.revoke_keys("robot")
    await accounts.issue_key("robot", ["agent", "ops"])
    old, new = await accounts.keys()
    assert (old.created_at, old.revoked_at) == (kit.NOW, kit.NOW + HOUR)
    assert (new.name, new.roles, new.revoked_at) == ("robot", {"agent", "ops"}, None)
    assert key not in repr((old, new))


async def test_a_machine_comes_in_by_its_key_until_it_is_revoked(accounts):
    key = await accounts.issue_key("robot", ["integrator"])
    found = await accounts.machine(key)
    assert (found.name, found.roles, found.machine) == ("robot", {"integrator"}, True)
    assert await accounts.revoke_keys("robot") == 1
    assert await accounts.machine(key) is None
    assert await accounts.revoke_keys("robot") == 0


def stored(database, column, table):
    query = f"SELECT {column} FROM touchline_accounts.{table}"
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchone()[0]


async def test_people_are_listed_with_their_roles(accounts, database):
    await employ(database, accounts, "ben", "supervisor", "ops")

    found = await accounts.people()

    assert [(p.name, p.roles, p.disabled, p.password) for p in found] == [
        ("ana", {"agent"}, False, True),
        ("ben", {"supervisor", "ops"}, False, True),
    ]
    assert await accounts.display_names() == {"ana": "Ana", "ben": "Ben"}


async def test_nobody_gets_a_password_who_is_not_there(accounts):
    with pytest.raises(KeyError):
        await accounts.set_password("eve", "secret")


async def test_a_key_needs_a_role_that_exists(accounts):
    with pytest.raises(ValueError, match="no such role: king"):
        await accounts.issue_key("robot", ["king"])


async def test_a_password_is_the_same_from_every_keyboard(accounts):
    await accounts.set_password("ana", "A\u030angstro\u0308m")
    assert await accounts.check_password("ana", "\u00c5ngstr\u00f6m")


async def test_a_name_that_nobody_can_have_is_nobodys(accounts):
    assert await accounts.account("ana\x00") is None
