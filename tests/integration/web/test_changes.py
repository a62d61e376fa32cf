"""The listener."""

import asyncio

import psycopg
import pytest
from psycopg import sql

from hub.adapters.postgres import changes
from hub.adapters.postgres.changes import EVERYTHING, PostgresChanges


@pytest.fixture
async def heard(database):
    listener = PostgresChanges(database)
    stream = listener.listen()
    assert await anext(stream) == EVERYTHING
    assert listener.connected
    yield stream
    await stream.aclose()
    assert not listener.connected


def notify(database, payload):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SELECT pg_notify('touchline_views', %s)", [payload])


async def test_it_hears_what_is_announced_in_order(database, heard):
    for payload in ("one", "two"):
        notify(database, payload)
    assert [await anext(heard), await anext(heard)] == ["one", "two"]


async def test_it_comes_back_and_says_that_it_may_have_missed_something(
    database, heard, monkeypatch
):
    monkeypatch.setattr(changes, "_FIRST_PAUSE", 0.01)
    waiting = asyncio.create_task(anext(heard))
    await asyncio.sleep(0)
    name = sql.Literal(database.rpartition("/")[2])
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            sql.SQL(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = {} AND pid <> pg_backend_pid()"
            ).format(name)
        )
    assert await waiting == EVERYTHING
    notify(database, "three")
    assert await anext(heard) == "three"


async def test_silence_is_checked(database, heard, monkeypatch):
    monkeypatch.setattr(changes, "_ALIVE_SECONDS", 0.01)
    waiting = asyncio.create_task(anext(heard))
    while not waiting.done():
        notify(database, "late")
        await asyncio.wait([waiting], timeout=0.05)
    assert await waiting == "late"
