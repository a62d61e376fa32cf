"""The stream of one client."""

import asyncio

from hub.web.changed import EVERYTHING
from hub.web.live import LiveFeed
from hub.web.stream import EventStream
from tests.unit.web import kit


class Browser:
    """The other end of a connection."""

    def __init__(self, stream):
        self.sent = asyncio.Queue()
        self.left = asyncio.Event()
        self.task = asyncio.create_task(stream({}, self.receive, self.sent.put))

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def body(self):
        message = await self.sent.get()
        return message.get("body", message)


def feed():
    return LiveFeed(kit.SilentChanges(), window=0)


async def opened(live, **options):
    browser = Browser(EventStream(live.subscribe(["board"], live.position), **options))
    head = await browser.body()
    assert await browser.body() == b"retry: 1000\n\n"
    return browser, head


async def test_the_stream_opens_at_once_and_carries_changes():
    live = feed()
    browser, head = await opened(live)
    assert (b"content-type", b"text/event-stream; charset=utf-8") in head["headers"]
    live.announce(EVERYTHING)
    assert b"event: change" in await browser.body()
    browser.left.set()
    await browser.task


async def test_a_quiet_stream_beats():
    browser, _ = await opened(feed(), heartbeat=0.01)
    assert await browser.body() == b"event: beat\ndata:\n\n"
    browser.left.set()
    await browser.task


async def test_a_stream_ends_in_time_so_that_the_browser_comes_back():
    browser, _ = await opened(feed(), lifetime=0.01)
    assert await browser.body() == b""
    await browser.task


async def test_a_client_that_leaves_is_forgotten():
    live = feed()
    browser, _ = await opened(live)
    browser.left.set()
    await browser.task
    assert live._watchers == {}


async def test_a_closing_server_ends_the_stream():
    live = feed()
    browser, _ = await opened(live)
    live.close()
    assert await browser.body() == b""
    await browser.task
