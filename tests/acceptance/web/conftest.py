"""The desk, served for real, and a browser in front of it."""

import asyncio
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import pytest
import uvicorn
from playwright.async_api import async_playwright
from sqlalchemy.ext.asyncio import create_async_engine

from hub.adapters.files.blobs import FileBlobs
from hub.adapters.postgres.changes import PostgresChanges
from hub.adapters.postgres.drafts import PostgresDrafts
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.presence import PostgresAttendance
from hub.adapters.postgres.uploads import PostgresUploads
from hub.runtime.clock import SystemClock
from hub.runtime.servers.ports import free_port
from hub.web.app import create_app
from hub.web.live import LiveFeed
from tests.acceptance.browsers import ARGUMENTS, chromium
from tests.integration.web.rows import Rows
from tests.unit.web import kit


@pytest.fixture
def blobs(tmp_path):
    return FileBlobs(tmp_path / "blobs", b"s" * 32)


@pytest.fixture
def rows(database, blobs):
    with closing(Rows(database, blobs=blobs)) as made:
        yield made


@pytest.fixture
async def services(database, blobs):
    engine = create_async_engine(
        database.replace("postgresql://", "postgresql+psycopg://", 1)
    )
    feed = LiveFeed(PostgresChanges(database))
    roles = {
        "ana": "agent",
        "ben": "agent",
        "sue": "supervisor",
        "omar": "ops",
        "pia": "privacy",
        "ivy": "admin",
    }
    known = [kit.person(name, role) for name, role in roles.items()]
    async with people_pool(database) as pool:
        made = kit.web(
            *known,
            demo=True,
            feed=feed,
            blobs=blobs,
            drafts=PostgresDrafts(pool, SystemClock()),
            uploads=PostgresUploads(pool, SystemClock()),
            attendance=PostgresAttendance(pool),
        )
        await made.engine.dispose()
        yield replace(made, engine=engine, clock=SystemClock())
    await engine.dispose()


@pytest.fixture
async def desk(services):
    """The address of the running desk."""
    async with serving(services, free_port()) as address:
        yield address


class Server(uvicorn.Server):
    """Tells when it is up."""

    def __init__(self, config):
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def serving(services, port):
    config = uvicorn.Config(
        create_app(services),
        port=port,
        log_level="error",
        timeout_graceful_shutdown=2,
        ws="none",
    )
    server = Server(config)
    # Not `serve`: that one would take the signals of the test's own process.
    task = asyncio.create_task(server._serve())
    await server.up.wait()
    yield f"http://127.0.0.1:{port}"
    services.feed.close()
    server.should_exit = True
    await task


@pytest.fixture
async def page():
    """A page of a fresh browser; it collects what the console complains about."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=ARGUMENTS
        )
        opened = await browser.new_page(locale="en-GB", timezone_id="Europe/Berlin")
        opened.set_default_timeout(15_000)
        yield opened
        await browser.close()
