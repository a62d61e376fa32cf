"""Work without a mouse: every step by keys, which `?` tells."""

import re

import pytest
from playwright.async_api import Page, expect

from events.interaction import (
    FollowUpSet,
    InteractionClosed,
    NoteAdded,
    PriorityChanged,
    TagsChanged,
)
from events.linking import CloseUndone
from tests.acceptance.office import Office, Work, answer_field, is_live, messages
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)

PRESSED = "bcfgnrtuz/;?"
"""The keys of the desk that the conversation below is held with."""


async def test_a_whole_conversation_is_held_by_keyboard_alone(office: Office) -> None:
    # Given: a canned answer, and a customer who asks
    await has_canned_answer(office, "Refund", "The money is on its way.")
    work = office.asked("A lamp that hums")
    ana = await office.enters("ana")

    # When: she finds it on the board, and does all there is to do
    await walks_to(ana, work)
    await ana.keyboard.press("t")
    await answers_with_a_canned_one(ana, "refu", " Sorry!")
    await notes(ana, "Check the lamp")
    await labels(ana, priority="Urgent", tag="lamps")
    await sets_aside_and_goes_on(ana)
    eventually(lambda: office.received(work), "the answer arrives")
    await expect(ana.locator(".conversation .held")).to_have_count(0)

    # And: she closes it, and thinks better of that
    await press(ana, "c", "Enter")
    await expect(ana.locator(".composer p")).to_contain_text("Closed.")
    await press(ana, "z")
    await expect(answer_field(ana)).to_be_visible()

    # Then: each of it has happened once
    assert office.received(work) == ["The money is on its way. Sorry!"]
    done = (NoteAdded, PriorityChanged, TagsChanged, FollowUpSet)
    for event in (*done, InteractionClosed, CloseUndone):
        assert office.recorded(work, event) == 1, event


async def test_the_search_finds_work_and_the_list_of_keys_tells_all(
    office: Office,
) -> None:
    work = office.asked("A clock that stops")
    indexed = "SELECT 1 FROM touchline_views.search_customer_v1 WHERE words LIKE %s"
    sought = work.customer.partition("@")[0]
    eventually(lambda: office.road.rows(indexed, f"%{sought}%"), "indexed")
    ana = await office.enters("ana")

    # When: she asks for the number from anywhere
    await press(ana, "Control+k")
    await expect(ana.get_by_role("combobox", name="Find or do")).to_be_focused()
    await press(ana, *f"#{work.number}", "Enter")
    await expect(ana.get_by_role("heading", name=work.subject)).to_be_visible()
    await is_live(ana)
    await press(ana, "t")
    await expect(answer_field(ana)).to_be_visible()

    # Then: `?` lists each key that the page has, and what it does
    await press(ana, "?")
    told = ana.locator("#keys")
    await expect(told).to_be_visible()
    offered = await ana.locator("[data-hotkey]:visible").evaluate_all(
        "all => all.map((one) => [one.dataset.does, one.dataset.hotkey])"
    )
    listed = await told.locator("dl div").evaluate_all(
        "all => all.map((one) => [...one.children].map((part) => part.textContent))"
    )
    assert {key for _, key in offered} >= set(PRESSED) - {"t", "z", "?"}
    assert [one for one in offered if one not in listed] == []
    assert {"?", "Esc", "Enter", "j / k", "Ctrl Enter"} <= {key for _, key in listed}

    # And: it goes as it came
    await press(ana, "Escape")
    await expect(told).to_be_hidden()
    await press(ana, "b")
    await expect(ana.locator(".own .row", has_text=work.subject)).to_be_visible()


async def has_canned_answer(office: Office, title: str, text: str) -> None:
    """A supervisor writes one, as supervisors do."""
    sue = await office.enters("sue")
    await sue.goto(f"{office.road.url('web')}/settings/answers/item")
    await sue.get_by_label("Title").fill(title)
    await sue.get_by_label("Text").fill(text)
    await sue.get_by_role("button", name="Save").click()
    await expect(sue.get_by_role("link", name=title)).to_be_visible()


async def walks_to(page: Page, work: Work) -> None:
    """Go down the board's rows to some work, and open it."""
    row = page.locator(".list .row", has_text=work.subject)
    await expect(row).to_have_count(1)
    for _ in range(await page.locator(".list .row").count()):
        await page.keyboard.press("j")
        if await row.evaluate("row => row === document.activeElement"):
            break
    await expect(row).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=work.subject)).to_be_visible()
    await is_live(page)


async def tabs_to(page: Page, label: str) -> None:
    """Go on to a choice of the menu that is open."""
    choice = page.locator("details.menu[open]").get_by_role("button", name=label)
    for _ in range(await page.locator("details.menu[open] button").count()):
        if await choice.evaluate("one => one === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await expect(choice).to_be_focused()


async def answers_with_a_canned_one(page: Page, words: str, more: str) -> None:
    """Insert the canned answer with these words, write on, and send it."""
    await expect(answer_field(page)).to_be_visible()
    await press(page, "r")
    await expect(answer_field(page)).to_be_focused()
    await press(page, ";", *words)
    await expect(page.get_by_role("option")).to_have_count(1)
    await press(page, "Enter")
    await expect(answer_field(page)).to_have_value(re.compile("."))
    await page.keyboard.type(more)
    await press(page, "Control+Enter")
    await expect(messages(page, more)).to_have_count(1)
    await press(page, "Escape")


async def notes(page: Page, words: str) -> None:
    await press(page, "n")
    await expect(page.get_by_label("Customers never see it")).to_be_focused()
    await page.keyboard.type(words)
    await press(page, "Control+Enter")
    await expect(messages(page, words)).to_have_count(1)
    await press(page, "Escape")


async def labels(page: Page, *, priority: str, tag: str) -> None:
    await press(page, "u")
    await tabs_to(page, priority)
    await press(page, "Enter")
    await expect(page.locator(".head .status")).to_contain_text(priority)
    await press(page, "g", *tag, "Enter")
    await expect(page.locator(".tags bdi")).to_have_text(tag)
    await press(page, "Escape")


async def sets_aside_and_goes_on(page: Page) -> None:
    go_on = page.get_by_role("button", name="Go on")
    await press(page, "f", "Enter")
    await expect(go_on).to_be_visible()
    await press(page, "t")
    await expect(go_on).to_have_count(0)


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)
