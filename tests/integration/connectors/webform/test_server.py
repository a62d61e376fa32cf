"""The server under every HTTP connector: it drains, and one bad input ends nothing."""

import asyncio
import socket

import httpx
import pytest
import structlog
from typing_extensions import override

from connectors.sdk import http as server_module
from connectors.sdk.http import HttpServer
from connectors.sdk.testing import MemoryPorts, MemoryPublisher
from connectors.webform.config import WebformConfig
from connectors.webform.connector import WebformConnector

FORM = {"text": "geheim"}
CUT_OFF = (
    b"POST /forms/contact HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n"
    b"Content-Type: application/json\r\n\r\n{"
)


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


async def test_given_a_sender_that_hangs_up_when_it_posts_then_others_are_served(http):
    host, port = http.base_url.host, http.base_url.port
    _, writer = await asyncio.open_connection(host, port)
    writer.write(CUT_OFF)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await http.post("/forms/contact", data=FORM)).status_code == 202


async def test_given_a_sender_that_is_too_slow_when_it_posts_then_408(
    http, monkeypatch
):
    monkeypatch.setattr(server_module, "BODY_SECONDS", 0)
    host, port = http.base_url.host, http.base_url.port
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(CUT_OFF)
    assert b"408" in await reader.readline()
    writer.close()
    await writer.wait_closed()


def test_given_a_listener_when_bound_then_it_names_its_protocol():
    # Without it asyncio leaves Nagle's algorithm on: 40 ms for every answer.
    app = served(MemoryPublisher()).server._app
    with HttpServer(app, "127.0.0.1", 0)._bind() as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_given_an_ipv6_address_when_served_then_the_url_has_brackets():
    server = HttpServer(served(MemoryPublisher()).server._app, "::1", 0)
    with server._bind():
        assert server.url.startswith("http://[::1]:")
