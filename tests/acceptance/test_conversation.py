"""Conversations from the customer's mail program to the agent's screen and back."""

import re
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from hub.web.words import CHANNELS
from tests.acceptance.browsers import ARGUMENTS, chromium
from tests.acceptance.road import CONNECTORS, OUR_ADDRESS, Road
from tests.acceptance.senders import Senders, mail
from tests.waiting import eventually

AT_ONCE_MS = 30_000
"""On a machine that is busy with other things; on an idle one it is a blink."""

PICTURES = Path("build/screenshots")
PASSWORD = "a password of anna's"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a fresh browser; a picture of it is kept when the test fails."""
    failed_before = request.session.testsfailed
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        opened = browser.new_page(locale="en-GB", timezone_id="Europe/Berlin")
        opened.set_default_timeout(AT_ONCE_MS)
        yield opened
        if request.session.testsfailed > failed_before:
            opened.screenshot(path=PICTURES / f"{request.node.name}.png")
        browser.close()


@pytest.fixture
def customer() -> str:
    """A mail address that nobody else has."""
    return f"c{uuid.uuid4().hex[:10]}@customer.example"


@pytest.fixture
def desk(page: Page, road: Road) -> Page:
    """The board, with Anna logged in and the live view connected."""
    options = ["--role", "agent", "--display-name", "Anna", "--password", "-"]
    road.command("people", "add", "anna", *options, said=f"{PASSWORD}\n")
    page.goto(f"{road.url('web')}/login")
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    is_live(page)
    return page


def is_live(page: Page) -> None:
    """Wait for the live view, and mark the page: a reload would lose the mark."""
    expect(page.locator("#link")).to_have_attribute(
        "data-state", "live", timeout=AT_ONCE_MS
    )
    page.evaluate("window.notReloaded = true")


def not_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.notReloaded === true"))


def row(page: Page, words: str) -> Locator:
    """The row of an interaction in the list of all work."""
    return page.locator(".list .row").filter(has_text=words)


def shows(place: Locator, words: str) -> None:
    expect(place).to_contain_text(words, timeout=AT_ONCE_MS)


def answer_to(road: Road, customer: str, message_id: str) -> EmailMessage:
    """The mail that an agent wrote to a customer as an answer to a mail."""

    def look() -> EmailMessage | None:
        for found in road.sinks.mail.to(customer):
            if found["In-Reply-To"] == message_id and "Auto-Submitted" not in found:
                return found
        return None

    return eventually(look, "the agent's answer arrives", seconds=60)


def is_an_answer_of_ours(received: EmailMessage, asked: EmailMessage) -> None:
    """Its headers put it into the thread of the customer's mail program."""
    assert received["References"].split()[-1] == asked["Message-ID"]
    assert received["Subject"] == f"Re: {asked['Subject']}"
    assert received["From"].addresses[0].addr_spec == OUR_ADDRESS
    assert re.fullmatch(r"<[0-9a-f-]{36}@touchline\.example>", received["Message-ID"])


def take_and_answer(page: Page, customer: str, words: str) -> None:
    page.get_by_role("button", name=re.compile("^Take")).click()
    page.get_by_label(f"Reply by email to {customer}").fill(words)
    page.get_by_role("button", name="Send").click()
    shows(page.locator(".conversation"), words)


def number_of(page: Page) -> str:
    return str(page.locator(".head .number").inner_text())


def test_a_mail_is_answered_and_the_answer_to_it_joins(
    desk: Page, road: Road, customer: str
) -> None:
    senders, opening = Senders(road), f"<{uuid.uuid4()}@customer.example>"

    # A mail appears on the open board, without a reload.
    subject = f"Where is order {uuid.uuid4().hex[:6]}?"
    asked = mail(customer, "It is late.", message_id=opening, subject=subject)
    senders.mail(asked)
    expect(row(desk, subject)).to_be_visible(timeout=AT_ONCE_MS)
    assert not_reloaded(desk)

    # The agent opens it, takes it and answers.
    row(desk, subject).click()
    is_live(desk)
    number = number_of(desk)
    take_and_answer(desk, customer, "It left us this morning.")

    # A real mail server receives it, in the customer's thread.
    received = answer_to(road, customer, opening)
    is_an_answer_of_ours(received, asked)
    assert received.get_content().strip() == "It left us this morning."
    shows(desk.locator(".conversation"), "Sent")

    # The customer answers: the same interaction shows it, still without a reload.
    senders.mail(
        mail(
            customer,
            "Thank you, it came.",
            message_id=f"<{uuid.uuid4()}@customer.example>",
            subject=f"Re: {subject}",
            answers=received,
        )
    )
    shows(desk.locator(".conversation"), "Thank you, it came.")
    assert not_reloaded(desk)
    assert number_of(desk) == number
    assert len(interactions_of(road, customer)) == 1


def interactions_of(road: Road, customer: str) -> list[tuple[int]]:
    return road.rows(
        "SELECT number FROM touchline_views.queue_board_v1 WHERE sender = %s", customer
    )


def test_one_person_on_four_channels_has_one_history(
    desk: Page, road: Road, customer: str
) -> None:
    senders, tail = Senders(road), f"{uuid.uuid4().int % 10**7:07}"
    number = f"+49151{tail}"

    # Given: a mail, and a form with the same address and a number
    senders.mail(mail(customer, "By mail.", message_id=f"<{uuid.uuid4()}@x.example>"))
    expect(row(desk, customer)).to_have_count(1, timeout=AT_ONCE_MS)
    fields = {"email": customer, "phone": number, "text": "By form.", "name": "Mia Day"}
    senders.form(fields, key=uuid.uuid4().hex)
    expect(row(desk, "Mia Day")).to_have_count(2, timeout=AT_ONCE_MS)

    # When: the number texts and calls
    senders.text(number, "By text.", key=uuid.uuid4().hex)
    expect(row(desk, "Mia Day")).to_have_count(3, timeout=AT_ONCE_MS)
    call = uuid.uuid4().hex
    senders.call("ring", call, number)

    # Then: the call is on the board at once, and leaves those who wait when answered
    ringing = row(desk, "Mia Day").filter(has_text="Ringing")
    expect(ringing).to_have_count(1, timeout=AT_ONCE_MS)
    senders.call("answer", call, number, agent="anna")
    expect(ringing).to_have_count(0, timeout=AT_ONCE_MS)
    shows(desk.locator(".own"), "Mia Day")
    assert not_reloaded(desk)

    # And: the customer's page shows all four, in one history
    history = history_of(desk, road, customer)
    for words in ("By mail.", "By form.", "By text.", call):
        shows(history, words)
    contacts = history.locator(".message.in article")
    expect(contacts).to_have_count(4, timeout=AT_ONCE_MS)
    titles = {one.get_attribute("aria-label") for one in contacts.all()}
    assert titles == {CHANNELS[name].title for name in CONNECTORS}


def history_of(page: Page, road: Road, customer: str) -> Locator:
    """What the customer's page shows, found by the mail address."""
    indexed = "SELECT 1 FROM touchline_views.search_customer_v1 WHERE words LIKE %s"
    eventually(lambda: road.rows(indexed, f"%{customer.partition('@')[0]}%"), "indexed")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find or do").fill(customer)
    page.keyboard.press("Enter")
    return page.locator("#history")


def test_a_call_that_nobody_answers_leaves_the_board(desk: Page, road: Road) -> None:
    senders, call = Senders(road), uuid.uuid4().hex
    number = f"+49152{uuid.uuid4().int % 10**7:07}"
    senders.call("ring", call, number)
    expect(row(desk, number)).to_have_count(1, timeout=AT_ONCE_MS)
    senders.call("hangup", call, number)
    expect(row(desk, number)).to_have_count(0, timeout=AT_ONCE_MS)
    assert not_reloaded(desk)
