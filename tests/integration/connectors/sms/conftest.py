"""A served SMS connector, and the provider that calls it."""

import asyncio
import contextlib

import httpx
import pytest
from pydantic import SecretStr

from connectors.sdk.testing import MemoryPorts
from connectors.sms.config import SmsConfig
from connectors.sms.connector import SmsConnector
from connectors.sms.provider_fake import FakeConfig, ProviderFake

SECRET = SecretStr("correct-horse-battery")


@contextlib.asynccontextmanager
async def running(connector):
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
    config = SmsConfig(port=0, secrets=(SECRET,), region="ES", max_bytes=10_000)
    return SmsConnector("sms", config, ports)


@pytest.fixture
async def url(connector):
    async with running(connector) as address:
        yield address


@pytest.fixture
async def http(url):
    async with httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.fixture
def provider(url, ports):
    token = SecretStr("token")
    return ProviderFake(FakeConfig(token, SECRET, webhooks=url), ports.clock)
