"""The demo's content: fictional, plausible, and readable by the real connectors."""

from datetime import UTC, datetime, timedelta

import pytest

from events import identify
from hub.cli.demo.content import scene
from hub.domain.person import ROLES
from hub.runtime.queues import checked_queues

RESERVED_DOMAINS = (".example", "example.org", "example.com", "example.net")
# Kept free for fiction by Ofcom, the Bundesnetzagentur and the NANP administrator.
FICTIONAL = (
    "+447700900",
    "+442079460",
    "+4917604069",
    "+493023125",
    "+496990009",
    "+494066969",
    "+49221471",
    "+498999998",
    "+120255501",
)
CUSTOMERS = list(scene().customers.values())


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda one: one.id)
def test_addresses_and_numbers_belong_to_nobody(customer):
    if customer.email:
        assert identify.email(customer.email).value == customer.email
        assert customer.email.endswith(RESERVED_DOMAINS)
    if customer.phone:
        assert identify.phone(customer.phone, "DE").value == customer.phone
        assert customer.phone.startswith(FICTIONAL)


def test_nobody_shares_an_identifier_but_two_behind_a_switchboard():
    for kind, shared in (("email", 0), ("phone", 1), ("order", 0)):
        known = [value for one in CUSTOMERS if (value := getattr(one, kind))]
        assert len(known) - len(set(known)) == shared


def test_there_are_enough_people_for_a_believable_day():
    named = [one for one in CUSTOMERS if one.order]
    assert len(named) >= 35
    assert {kind for story in scene().day for kind in _kinds(story)} == {
        "Mail",
        "Form",
        "Text",
        "Call",
    }


def test_the_queues_are_valid_and_their_numbers_fictional():
    queues = checked_queues(scene().queues)
    numbers = [number for queue in queues for number in queue.numbers]
    assert numbers
    assert all(number.startswith(FICTIONAL) for number in numbers)
    addresses = [address for queue in queues for address in queue.addresses]
    assert all(address.endswith("@cairnwood.example") for address in addresses)


def test_the_people_have_roles_that_exist():
    people = {person.username: person for person in scene().people}
    assert {"anna", "ben", "sofia", "omar"} <= people.keys()
    assert all(set(person.roles) <= ROLES for person in people.values())


def test_steps_are_in_order_and_none_lies_in_the_future():
    for story in scene().day:
        minutes = [step.at for step in story.steps]
        assert minutes == sorted(minutes, reverse=True), story.name
        for step in story.steps:
            assert step.at * 60 >= _lasts(step), story.name


def test_everybody_who_acts_is_known():
    people = {person.username for person in scene().people}
    for story in scene().day:
        assert story.customer in scene().customers
        assert {step.agent for step in story.steps if step.agent} <= people
        assert {step.call.agent for step in story.steps if step.call} <= {*people, ""}


def test_one_person_is_met_on_all_four_channels():
    story = next(one for one in scene().day if one.customer == "calderon")
    assert _kinds(story) == {"Mail", "Form", "Text", "Call"}


def test_one_person_is_two_customers_until_somebody_merges_them():
    story = next(one for one in scene().day if one.customer == "leila")
    assert _kinds(story) == {"Mail", "Text"}


def _kinds(story):
    return {type(step.said).__name__ for step in story.steps if step.said}


def _lasts(step):
    return step.call.rings + step.call.talks if step.call else 0


def test_the_first_day_began_this_morning():
    earliest = max(step.at for story in scene().day for step in story.steps)
    assert timedelta(minutes=earliest) < timedelta(hours=5)
    assert datetime.now(UTC) - timedelta(minutes=earliest) < datetime.now(UTC)
