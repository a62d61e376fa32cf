"""What docs/connectors.md tells operators to write is what connectors take."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from connectors.phone.payloads import CallEvent
from connectors.sms.payloads import DeliveryReport, InboundSms
from hub.bootstrap.sections import check_sections, known_connectors
from hub.runtime.settings import Settings

TEXT = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(autouse=True)
def clean_place(no_settings):
    return no_settings


@pytest.mark.parametrize("block", blocks("toml"), ids=lambda b: b.splitlines()[0])
def test_every_example_section_can_be_used(block):
    check_sections(Settings(connectors=tomllib.loads(block)["connectors"]))


def test_every_connector_has_an_example_with_all_its_settings():
    written = tomllib.loads("\n".join(blocks("toml")))["connectors"]
    for name, connector in known_connectors().items():
        assert set(written[name]) == set(connector.config.model_fields), name


@pytest.mark.parametrize(
    ("model", "block"),
    list(zip((InboundSms, DeliveryReport, CallEvent), blocks("json"), strict=True)),
)
def test_every_example_body_has_all_fields(model, block):
    model.model_validate_json(block)
    assert set(json.loads(block)) == {
        field.alias or name for name, field in model.model_fields.items()
    }
