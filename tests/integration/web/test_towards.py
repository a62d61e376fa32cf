"""Answers go to where they were asked to, and by every way that a customer has."""

import pytest
from selectolax.lexbor import LexborHTMLParser

MAIL, PHONE = "email:orders@market.example", "phone:+34611111111"
ASKED = "token@market.example"
NUMBER = "+4917604069010"


@pytest.fixture
def customer(rows):
    return rows.customer("Ana C", MAIL, PHONE)


def mine(rows, customer, sender, channel="email"):
    """An interaction that ana has, and where it is to be answered."""
    values = {"agent": "ana", "sender": sender, "channel": channel}
    return rows.interaction("asked", customer, 1, None, **values)


async def composer(browser, key):
    page = await browser.get(f"/interactions/{key}")
    return LexborHTMLParser(page.text).css_first(".composer")


def offered(form):
    return [one.attributes["value"] for one in form.css("[name=to] option")]


async def test_an_address_that_is_no_identifier_is_answered_first(ana, rows, customer):
    form = await composer(ana, mine(rows, customer, ASKED))
    assert offered(form) == [f"email:{ASKED}", MAIL]


async def test_an_identifier_that_is_answered_is_offered_once(
    ana, rows, customer, services
):
    services.writing.numbers = services.desk.numbers = (NUMBER,)
    form = await composer(ana, mine(rows, customer, "+34611111111", "sms"))
    assert offered(form) == [PHONE, MAIL]


async def test_a_number_that_texted_is_answered_although_no_number_of_ours_is_set_up(
    ana, rows, customer
):
    form = await composer(ana, mine(rows, customer, "+34611111111", "sms"))
    assert offered(form) == [PHONE, MAIL]


@pytest.mark.parametrize(
    ("sender", "channel"), [("+34611111111", "phone"), ("", "webform")]
)
async def test_who_cannot_be_answered_where_they_came_is_written_to_elsewhere(
    ana, rows, customer, services, sender, channel
):
    key = mine(rows, customer, sender, channel)
    form = await composer(ana, key)
    label = " ".join(form.css_first("label").text().split())
    assert label == "Reply by email to orders@market.example"
    assert form.css_first("[name=to]").attributes["value"] == MAIL
    assert form.css("[data-uploads], [data-attach]") != []


async def test_files_can_go_by_mail_where_a_text_message_is_usual(
    ana, rows, customer, services
):
    services.writing.numbers = services.desk.numbers = (NUMBER,)
    form = await composer(ana, mine(rows, customer, "+34611111111", "sms"))
    assert form.css_first("[data-attach]").attributes["data-only"] == "email"
    assert len(form.css("[data-uploads]")) == 1


async def test_who_has_no_address_at_all_cannot_be_answered(ana, rows):
    form = await composer(ana, mine(rows, rows.customer("Caller"), "", "webform"))
    assert form.css("[name=text]") == []
    assert "the sender is unknown" in form.text()
