"""One running hub for all tests that do no harm to it; others start their own."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from hub.runtime.servers.choose import why_not_kafka
from hub.runtime.settings import Settings
from tests.acceptance.browsers import ARGUMENTS, chromium
from tests.acceptance.office import AT_ONCE_MS, Office, employ
from tests.acceptance.road import TOGETHER, Road


@pytest.fixture
def folder_for_servers() -> Iterator[Path]:
    """A folder of its own; not pytest's, which no other user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-road-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def needs_kafka() -> None:
    """Skip where Apache Kafka cannot run: these tests need topics that stay."""
    if reason := why_not_kafka(Settings()):
        pytest.skip(f"not applicable: needs a broker that keeps topics. {reason}")


@pytest.fixture(scope="session")
def road() -> Iterator[Road]:
    """A running hub that several tests share."""
    yield from _running()


@pytest.fixture(scope="session")
def shop() -> Iterator[Road]:
    """One with its staff, and nothing on its board but what people at work left."""
    for running in _running():
        employ(running)
        yield running


def _running() -> Iterator[Road]:
    folder = Path(tempfile.mkdtemp(prefix="touchline-road-"))
    with Road(folder, TOGETHER) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def office(shop: Road, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """People of the shop who come to work; pictures of their pages if a test fails."""
    failed_before = request.session.testsfailed
    expect.set_options(timeout=AT_ONCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=ARGUMENTS
        )
        opened = Office(shop, browser)
        yield opened
        if request.session.testsfailed > failed_before:
            await opened.photograph(request.node.name)
        await browser.close()
