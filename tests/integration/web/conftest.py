"""The web edge over a real database."""

from contextlib import closing

import pytest

from hub.adapters.files.blobs import FileBlobs
from hub.adapters.postgres.drafts import PostgresDrafts
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.presence import PostgresAttendance
from hub.adapters.postgres.uploads import PostgresUploads
from hub.runtime.clock import FixedClock
from tests.integration.web.rows import Rows
from tests.unit.web import kit


@pytest.fixture
def blobs(tmp_path):
    return FileBlobs(tmp_path / "blobs", b"s" * 32)


@pytest.fixture
def rows(database, blobs):
    with closing(Rows(database, kit.NOW, blobs)) as made:
        yield made


@pytest.fixture
def url(database):
    return database.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
async def pool(database):
    async with people_pool(database) as opened:
        yield opened


@pytest.fixture
async def services(url, blobs, pool):
    people = kit.person("ana", "agent"), kit.person("omar", "ops")
    ben = kit.person("ben", "supervisor")
    clock = FixedClock(kit.NOW)
    made = kit.web(
        *(*people, ben),
        url=url,
        blobs=blobs,
        drafts=PostgresDrafts(pool, clock),
        uploads=PostgresUploads(pool, clock),
        attendance=PostgresAttendance(pool),
    )
    yield made
    await made.engine.dispose()


@pytest.fixture
async def ben(services):
    """Ben's browser."""
    browser = await kit.logged_in(services, "ben")
    browser.headers["X-CSRF-Token"] = "csrf-ben"
    async with browser:
        yield browser


@pytest.fixture
async def ana(services):
    """Ana's browser."""
    browser = await kit.logged_in(services, "ana")
    browser.headers["X-CSRF-Token"] = "csrf-ana"
    async with browser:
        yield browser
