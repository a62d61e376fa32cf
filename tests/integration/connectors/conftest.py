"""A connector that listens, served for real: each channel's tests say which."""

import asyncio

import httpx
import pytest

from connectors.sdk.testing import MemoryPorts


@pytest.fixture
def ports():
    return MemoryPorts()


@pytest.fixture
async def url(connector):
    """Where the connector is at work; it drains when the test ends."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(connector.run(stop))
        await connector.server.ready.wait()
        yield connector.server.url
        stop.set()


@pytest.fixture
async def http(url):
    async with httpx.AsyncClient(base_url=url) as client:
        yield client
