"""Reading a mail in one line."""

from collections.abc import Callable

import pytest

from connectors.email.config import EmailConfig
from connectors.email.connector import EmailConnector
from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.testing import MemoryPorts

Read = Callable[..., Parsed]


@pytest.fixture
def connector():
    return EmailConnector("email", EmailConfig(), MemoryPorts())


@pytest.fixture
def read(connector) -> Read:
    def read(data: bytes | str, **context: str) -> Parsed:
        raw = data.encode() if isinstance(data, str) else data
        given = {"received_at": "2026-03-02T09:00:00+00:00", **context}
        return connector.parse(RawInput(raw, given))

    return read
