"""Connectors' sections: the installed ones only, with the installation's region."""

import pytest

from hub.bootstrap.sections import check_sections, known_connectors, section_of
from hub.runtime.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def clean_place(no_settings):
    return no_settings


REGIONAL = ["phone", "sms", "webform"]


@pytest.mark.parametrize("name", REGIONAL)
def test_the_region_of_the_installation_is_that_of_its_connectors(name):
    config = known_connectors()[name].config
    settings = Settings(default_region="CH")
    assert section_of(settings, name, config).region == "CH"


@pytest.mark.parametrize("name", REGIONAL)
def test_a_connector_may_have_a_region_of_its_own(name):
    config = known_connectors()[name].config
    settings = Settings(default_region="CH", connectors={name: {"region": "AT"}})
    assert section_of(settings, name, config).region == "AT"


def test_every_wrong_section_is_named_at_once():
    sections = {"emial": {}, "sms": {"port": "many"}, "webform": {"prot": 1}}
    with pytest.raises(SettingsError) as caught:
        check_sections(Settings(connectors=sections))
    assert {problem.setting for problem in caught.value.problems} == {
        "connectors.emial",
        "connectors.sms.port",
        "connectors.webform.prot",
    }


def test_no_sections_are_fine():
    check_sections(Settings())
