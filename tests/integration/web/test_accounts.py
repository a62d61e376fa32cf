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
        await made.save_person("ana", "Ana Ortiz", "secret", ["agent", "agent"])
        yield made


@pytest.fixture
async def sessions(database, clock):
    async with people_pool(database) as pool:
        yield PostgresSessions(pool, clock)


async def test_the_right_password_is_the_person(accounts):
    found = await accounts.check_password("ana", "secret")
    assert (found.name, found.display_name) == ("ana", "Ana Ortiz")
    assert found.roles == {"agent"}


@pytest.mark.parametrize(("name", "password"), [("ana", "x"), ("eve", "secret")])
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


async def test_who_is_disabled_is_out_at_once(accounts, sessions):
    secret = await sessions.begin("ana", SHIFT)
    await accounts.disable_person("ana")
    assert await sessions.find(secret) is None
    assert await accounts.check_password("ana", "secret") is None
    with pytest.raises(KeyError):
        await sessions.begin("ana", SHIFT)


async def test_who_is_enabled_again_logs_in_anew(accounts, sessions):
    secret = await sessions.begin("ana", SHIFT)
    await accounts.disable_person("ana")
    await accounts.enable_person("ana")
    assert await sessions.find(secret) is None
    assert await accounts.check_password("ana", "secret")


@pytest.mark.parametrize("change", ["disable_person", "enable_person"])
async def test_an_account_that_is_not_there_cannot_be_changed(accounts, change):
    with pytest.raises(KeyError):
        await getattr(accounts, change)("eve")


async def test_a_new_password_ends_the_sessions_of_its_person_only(accounts, sessions):
    await accounts.save_person("ben", "Ben", "secret", ["agent"])
    anas, bens = [await sessions.begin(name, SHIFT) for name in ("ana", "ben")]
    await accounts.save_person("ana", "Ana Ortiz", "another", ["agent"])
    assert await sessions.find(anas) is None
    assert await sessions.find(bens)


async def test_a_new_password_does_not_open_a_closed_account(accounts):
    await accounts.disable_person("ana")
    await accounts.save_person("ana", "Ana Ortiz", "another", ["agent"])
    assert await accounts.check_password("ana", "another") is None


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


async def test_a_role_must_exist(accounts):
    with pytest.raises(ValueError, match="no such role: king"):
        await accounts.save_person("eve", "Eve", "x", ["king"])


async def test_a_person_can_be_replaced(accounts):
    await accounts.save_person("ana", "Ana O.", "other", ["supervisor"])
    assert await accounts.check_password("ana", "secret") is None
    assert await accounts.display_names() == {"ana": "Ana O."}


def stored(database, column, table):
    query = f"SELECT {column} FROM touchline_accounts.{table}"
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchone()[0]


async def test_people_are_listed_with_their_roles(accounts):
    await accounts.save_person("ben", "Ben", "a long password", ["supervisor"])
    await accounts.save_person("ana", "Ana", "a long password", ["agent", "ops"])
    await accounts.disable_person("ben")

    found = await accounts.people()

    assert [(p.name, p.roles, p.disabled) for p in found] == [
        ("ana", {"agent", "ops"}, False),
        ("ben", {"supervisor"}, True),
    ]
