"""One running hub for all tests that do no harm to it; others start their own."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
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


class SharedHub:
    """The hub that tests share: never more than one, since each takes a machine."""

    def __init__(self) -> None:
        self._kind = ""
        self._running = ExitStack()

    def be(self, kind: str, prepare: Callable[[Road], None] | None = None) -> Road:
        """The one of that kind; it replaces one of another kind, which ends."""
        if kind != self._kind:
            self.end()
            self._road = self._start()
            self._kind = kind
            if prepare:
                prepare(self._road)
        return self._road

    def _start(self) -> Road:
        folder = Path(tempfile.mkdtemp(prefix="touchline-road-"))
        self._running.callback(shutil.rmtree, folder, ignore_errors=True)
        return self._running.enter_context(Road(folder, TOGETHER))

    def end(self) -> None:
        self._kind = ""
        self._running.close()


@pytest.fixture(scope="session")
def shared_hub() -> Iterator[SharedHub]:
    hub = SharedHub()
    yield hub
    hub.end()


@pytest.fixture(scope="module")
def road(shared_hub: SharedHub) -> Road:
    """A running hub that several tests share."""
    return shared_hub.be("road")


@pytest.fixture(scope="module")
def shop(shared_hub: SharedHub) -> Road:
    """One with its staff, and nothing on its board but what people at work left."""
    return shared_hub.be("shop", employ)


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
