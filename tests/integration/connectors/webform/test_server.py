"""The server under every HTTP connector: it drains, and one bad input ends nothing."""

import asyncio

import httpx
import pytest
import structlog
from typing_extensions import override

from connectors.sdk.http import HttpServer
from connectors.sdk.testing import MemoryPorts, MemoryPublisher
from connectors.webform.config import WebformConfig
from connectors.webform.connector import WebformConnector

FORM = {"text": "geheim"}


class HeldPublisher(MemoryPublisher):
    """Publishes when it is let go, not before."""

    def __init__(self):
        super().__init__()
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()

    @override
    async def publish(self, item):
        self.asked.set()
        await self.let_go.wait()
        await super().publish(item)


class BrokenPublisher(MemoryPublisher):
    """Has a bug, and quotes its input in the error."""

    @override
    async def publish(self, item):
        raise ValueError(item.text)


def served(publisher):
    config = WebformConfig(port=0)
    return WebformConnector("webform", config, MemoryPorts(publisher=publisher))


async def test_given_a_request_in_flight_when_stopped_then_it_is_finished():
    publisher, stop = HeldPublisher(), asyncio.Event()
    connector = served(publisher)
    running = asyncio.create_task(connector.run(stop))
    await connector.server.ready.wait()
    async with httpx.AsyncClient(base_url=connector.server.url) as client:
        posting = asyncio.create_task(client.post("/forms/contact", data=FORM))
        await publisher.asked.wait()
        stop.set()
        publisher.let_go.set()
        assert (await posting).status_code == 202
    await running
    assert len(publisher.touchpoints) == 1


async def test_given_a_bug_when_posted_then_500_and_the_log_quotes_nothing():
    connector, stop = served(BrokenPublisher()), asyncio.Event()
    with structlog.testing.capture_logs() as lines:
        async with asyncio.TaskGroup() as group:
            group.create_task(connector.run(stop))
            await connector.server.ready.wait()
            async with httpx.AsyncClient(base_url=connector.server.url) as client:
                response = await client.post("/forms/contact", data=FORM)
                assert (await client.get("/health")).status_code == 200
            stop.set()
    assert response.status_code == 500
    assert lines[-1]["error"] == "ValueError"
    assert "geheim" not in str(lines) + response.text


async def test_given_a_port_in_use_when_started_then_the_error_names_it():
    stop = asyncio.Event()
    first = served(MemoryPublisher())
    running = asyncio.create_task(first.run(stop))
    await first.server.ready.wait()
    port = int(first.server.url.rpartition(":")[2])
    with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port} .*is it in use\?"):
        await HttpServer(first.server._app, "127.0.0.1", port).run(stop)
    stop.set()
    await running
