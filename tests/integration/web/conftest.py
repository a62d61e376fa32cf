"""The web edge over a real database."""

from contextlib import closing

import pytest

from hub.adapters.files.blobs import FileBlobs
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
async def services(url, blobs):
    people = kit.person("ana", "agent"), kit.person("omar", "ops")
    made = kit.web(*people, url=url, blobs=blobs)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def ana(services):
    """Ana's browser."""
    browser = await kit.logged_in(services, "ana")
    browser.headers["X-CSRF-Token"] = "csrf-ana"
    async with browser:
        yield browser
