"""The desk while the database is away, and when it is back."""

from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.sessions import PostgresSessions
from hub.runtime.clock import FixedClock
from tests.accounts import employ
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import mail
from tests.unit.web import kit


@pytest.fixture
async def services(database, url):
    clock = FixedClock(kit.NOW)
    made = kit.web(url=url)
    async with people_pool(database) as pool:
        accounts = PostgresAccounts(pool, clock)
        await employ(database, accounts, "ana")
        yield replace(made, accounts=accounts, sessions=PostgresSessions(pool, clock))
    await made.engine.dispose()


async def logged_in(services):
    browser = await kit.logged_in(services, "ana")
    session = await services.sessions.find(browser.cookies["touchline_session"])
    browser.headers["X-CSRF-Token"] = session.csrf
    return browser


@pytest.fixture
async def browser(services):
    async with await logged_in(services) as opened:
        yield opened


@pytest.fixture
def server(postgres_server):
    with psycopg.connect(postgres_server.dsn, autocommit=True) as connection:
        yield connection


def disconnect(server, database):
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [conninfo_to_dict(database)["dbname"]],
    )


@contextmanager
def away(server, database):
    """Nobody gets into the database, and who was in is out."""
    name = sql.Identifier(conninfo_to_dict(database)["dbname"])
    switch = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    server.execute(switch.format(name, sql.SQL("false")))
    disconnect(server, database)
    yield
    server.execute(switch.format(name, sql.SQL("true")))


async def test_a_connection_that_was_cut_is_replaced_unseen(browser, server, database):
    assert (await browser.get("/")).status_code == 200
    disconnect(server, database)
    assert (await browser.get("/")).status_code == 200


async def test_without_a_database_people_are_told_to_try_again(
    browser, server, database
):
    with away(server, database):
        page = await browser.get("/")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "2"
        assert "try again soon" in page.text
    assert (await browser.get("/")).status_code == 200


async def test_without_a_database_programs_are_told_so(services, server, database):
    machine = kit.client(services)
    machine.headers["Authorization"] = "Bearer key"
    with away(server, database):
        answer = await machine.get("/api/v1/queues")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"


async def test_a_command_that_cannot_write_now_is_told_to_try_again(services, database):
    with closing(Hub(database)) as hub:
        hub.take_in(mail("<1@a>"))
        hub.recorder.datastore.lock_timeout = 1
        browser = await logged_in(replace(services, desk=hub.desk))
        path = f"/api/v1/interactions/{hub.interactions()[0]}"
        with hub.no_writers():
            assert (await browser.post(f"{path}/take")).status_code == 503
        assert (await browser.post(f"{path}/take")).status_code == 200
