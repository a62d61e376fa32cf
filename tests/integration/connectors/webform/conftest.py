"""A webform connector with a publisher in memory."""

import pytest

from connectors.webform.config import FormConfig, WebformConfig
from connectors.webform.connector import WebformConnector

FORMS = {
    "contact": FormConfig(allowed_origins=("https://shop.example",)),
    "order": FormConfig(required=("name", "text"), redirect_url="/thanks"),
}


@pytest.fixture
def connector(ports):
    config = WebformConfig(port=0, max_bytes=200_000, forms=FORMS)
    return WebformConnector("webform", config, ports)
