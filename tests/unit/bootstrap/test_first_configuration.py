"""Queues' addresses are those that touchpoints carry, however they are written."""

import pytest

from hub.bootstrap.first_configuration import first_configuration
from hub.domain.consistency import Around
from hub.runtime.queues import Queue
from hub.runtime.settings import Settings, SettingsError
from tests.unit.domain.configurations import Told


@pytest.fixture(autouse=True)
def clean_place(no_settings):
    return no_settings


def routing(region="DE", **claims):
    general = Queue(name="general", title="General", default=True)
    billing = Queue(name="billing", title="Billing", **claims)
    settings = Settings(default_region=region, queues=[general, billing])
    around = Around((), {}, {}, region)
    return Told(around, first_configuration(settings)).in_force.routing


@pytest.mark.parametrize("written", ["+49 30 1234567", "030/1234567", "+49301234567"])
@pytest.mark.parametrize("channel", ["phone", "sms"])
def test_a_number_leads_to_its_queue_however_it_is_written(written, channel):
    found = routing(numbers=[written])
    assert found.queue_for(channel, "+49301234567") == "billing"


def test_a_number_without_country_code_is_one_of_the_region():
    found = routing(region="AT", numbers=["01 2345678"])
    assert found.queue_for("phone", "+4312345678") == "billing"


@pytest.mark.parametrize(
    ("written", "carried"),
    [
        (" Billing@Shop.example ", "billing@shop.example"),
        ("hilfe@läden.example", "hilfe@xn--lden-loa.example"),
    ],
)
def test_an_address_leads_to_its_queue_however_it_is_written(written, carried):
    found = routing(addresses=[written])
    assert found.queue_for("email", carried) == "billing"


def test_a_form_leads_to_its_queue():
    assert routing(forms=["contact"]).queue_for("webform", "contact") == "billing"


@pytest.mark.parametrize(
    ("claims", "setting", "example"),
    [
        ({"numbers": ["+493012345", "call us"]}, "queues.1.numbers.1", "+493012345678"),
        ({"addresses": ["billing"]}, "queues.1.addresses.0", "billing@shop.example"),
    ],
)
def test_what_is_no_address_is_refused_by_name_with_an_example(
    claims, setting, example
):
    with pytest.raises(SettingsError) as caught:
        routing(**claims)
    (problem,) = caught.value.problems
    assert problem.setting == setting
    assert example in problem.example


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("numbers", "030 1234567", "+49 30 1234567"),
        ("addresses", "Bill@shop.example", "bill@shop.example"),
        ("forms", "contact", "contact"),
    ],
)
def test_one_address_however_written_is_not_for_two_queues(kind, one, other):
    queues = [
        Queue(name="a", title="A", default=True, **{kind: [one]}),
        Queue(name="b", title="B", **{kind: [other]}),
    ]
    with pytest.raises(SettingsError) as caught:
        first_configuration(Settings(queues=queues))
    (problem,) = caught.value.problems
    assert (problem.setting, problem.wrong) == (
        f"queues.1.{kind}.0",
        "queue a claims the same",
    )
