"""Messages of ours in a browser: the way back, and how many text messages it is."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from hub.application.written import Withdrawn
from hub.web.demo import demo_link
from projections.written import HELD
from tests.integration.web.rows import uid

NUMBER = "+4917604069010"


@pytest.fixture
def key(rows):
    known = "email:ana.c@example.org", "phone:+34611111111"
    customer = rows.customer("Ana C", *known)
    return rows.interaction(
        "asked", customer, 1, None, agent="ana", sender="ana.c@example.org"
    )


@pytest.fixture
async def opened(page, desk, services, key):
    services.writing.numbers = services.desk.numbers = (NUMBER,)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    return page


def hold(rows, key, text):
    row = {
        "interaction_id": key,
        "touchpoint_id": uid("held"),
        "channel": "email",
        "author": "ana",
        "occurred_at": datetime.now(UTC),
        "due_at": datetime.now(UTC) + timedelta(minutes=30),
        "receiver": "ana.c@example.org",
        "text": text,
    }
    rows.write(HELD, row)


def release(rows):
    rows.run(HELD.delete())


async def test_a_key_takes_the_message_back_before_what_was_begun_since(
    opened, rows, services, key, monkeypatch
):
    hold(rows, key, "We look into it.")
    await opened.reload()
    message = opened.locator(".message.held")
    await expect(message).to_contain_text("Leaves in")
    answer = opened.get_by_label("Reply", exact=True)
    await answer.fill("And more")
    await answer.press("Escape")

    async def withdraw(*_):
        release(rows)
        return Withdrawn("We look into it.", "ana", "W10", key)

    monkeypatch.setattr(type(services.writing), "withdraw", withdraw)
    await opened.keyboard.press("z")
    await expect(message).to_have_count(0)
    await expect(answer).to_have_value("We look into it.\n\nAnd more")
    await expect(answer).to_be_focused()
    await opened.reload()
    await expect(answer).to_have_value("We look into it.\n\nAnd more")


async def test_the_length_of_a_text_message_is_told_while_it_is_written(opened):
    line = opened.locator("[data-segments]")
    answer = opened.get_by_label("Reply", exact=True)
    await answer.fill("a" * 161)
    await expect(line).to_be_hidden()
    await opened.get_by_label("To", exact=True).select_option(label="SMS: +34611111111")
    await expect(line).to_have_text(
        "161 / 1600 · 2 messages · 145 left in the last one"
    )
    await answer.fill("🦉" * 36)
    await expect(line).to_have_text("36 / 1600 · 2 messages · 61 left in the last one")
    await answer.fill("a" * 1601)
    await expect(line).to_have_text("1601 / 1600: too long")


async def test_a_key_leads_to_writing_and_back_to_the_customer(opened, services):
    await opened.keyboard.press("l")
    await expect(
        opened.get_by_role("heading", name="Write to somebody")
    ).to_be_visible()
    await opened.locator("[data-towards]").select_option(label="SMS: +34611111111")
    await expect(opened.get_by_label("Subject")).to_be_hidden()
    await opened.get_by_label("Message").fill("Your lamp is ready.")
    await opened.get_by_role("button", name="Send").click()
    await opened.wait_for_url("**/interactions/00000000*")
    ((_, author, letter, *_),) = services.beginning.asked
    assert (author, letter.whom.identifier.value) == ("ana", "+34611111111")
