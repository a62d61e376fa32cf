"""A served webform connector with a publisher in memory."""

import asyncio
import contextlib

import httpx
import pytest

from connectors.sdk.testing import MemoryPorts
from connectors.webform.config import FormConfig, WebformConfig
from connectors.webform.connector import WebformConnector

FORMS = {
    "contact": FormConfig(allowed_origins=("https://shop.example",)),
    "order": FormConfig(required=("name", "text"), redirect_url="/thanks"),
}


@contextlib.asynccontextmanager
async def serving(connector):
    """The connector at work; it drains when the block ends."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(connector.run(stop))
        await connector.server.ready.wait()
        try:
            yield connector.server.url
        finally:
            stop.set()


@pytest.fixture
def ports():
    return MemoryPorts()


@pytest.fixture
def connector(ports):
    config = WebformConfig(port=0, max_bytes=200_000, forms=FORMS)
    return WebformConnector("webform", config, ports)


@pytest.fixture
async def http(connector):
    async with serving(connector) as url, httpx.AsyncClient(base_url=url) as client:
        yield client
