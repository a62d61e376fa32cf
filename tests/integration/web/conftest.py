"""The web edge over a real database."""

from contextlib import closing

import pytest

from tests.integration.web.rows import Rows
from tests.unit.web import kit


@pytest.fixture
def rows(database):
    with closing(Rows(database, kit.NOW)) as made:
        yield made


@pytest.fixture
def url(database):
    return database.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
async def services(url):
    people = kit.person("ana", "agent"), kit.person("omar", "ops")
    made = kit.web(*people, url=url)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def ana(services):
    """Ana's browser."""
    browser = await kit.logged_in(services, "ana")
    browser.headers["X-CSRF-Token"] = "csrf-ana"
    async with browser:
        yield browser
