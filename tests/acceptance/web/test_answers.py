"""Canned answers by keyboard alone, and by touch."""

import pytest
from playwright.async_api import expect

from hub.domain.configuring import SetItem
from hub.web.demo import demo_link
from tests.integration.web import story

ANSWERS = {
    "hello": {"title": "Hello", "text": "Dear {customer.name}, thank you."},
    "refund": {"title": "Refund", "text": "The money is on its way.\n{agent.name}"},
}


@pytest.fixture
async def writing(page, desk, rows, services):
    """The composer of an interaction that Ana has in hand."""
    for name, document in ANSWERS.items():
        await services.configuring.carry_out(SetItem("answer", name, document), "sue")
    key = story.tell(rows)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    return page.locator("#reply")


async def test_a_key_in_an_empty_answer_finds_and_inserts(page, writing):
    await writing.press("/")
    dialog = page.locator("#answers")
    await expect(dialog.get_by_role("option")).to_have_count(2)
    await page.keyboard.type("ref")
    await expect(dialog.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(writing).to_have_value("The money is on its way.\nAna")
    await expect(writing).to_be_focused()


async def test_arrows_choose_and_what_was_written_stays(page, writing):
    await writing.fill("PS: ")
    await page.locator("[data-answers]").focus()
    await page.keyboard.press(";")
    await expect(page.get_by_role("option", name="Hello")).to_have_attribute(
        "aria-selected", "true"
    )
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(writing).to_have_value("PS: The money is on its way.\nAna")


async def test_escape_leaves_all_as_it_was(page, writing):
    await writing.press(";")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator("#answers")).to_be_hidden()
    await expect(writing).to_have_value("")
    await expect(writing).to_be_focused()


async def test_a_slash_within_a_text_is_a_slash(page, writing):
    await writing.fill("and")
    await writing.press("/")
    await expect(writing).to_have_value("and/")
    await expect(page.locator("#answers")).to_be_hidden()


async def test_a_finger_chooses_on_a_telephone(page, writing):
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.locator("[data-answers]").click()
    await page.get_by_role("option", name="Hello").click()
    await expect(writing).to_have_value("Dear Marta Quiroga, thank you.")
