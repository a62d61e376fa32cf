"""An SMS connector, and the provider that calls it."""

import pytest
from pydantic import SecretStr

from connectors.sms.config import SmsConfig
from connectors.sms.connector import SmsConnector
from connectors.sms.provider_fake import FakeConfig, ProviderFake

SECRET = SecretStr("correct-horse-battery")


@pytest.fixture
def connector(ports):
    config = SmsConfig(port=0, secrets=(SECRET,), region="ES", max_bytes=10_000)
    return SmsConnector("sms", config, ports)


@pytest.fixture
def provider(url, ports):
    token = SecretStr("token")
    return ProviderFake(FakeConfig(token, SECRET, webhooks=url), ports.clock)
