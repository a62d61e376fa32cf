"""What is pressed twice happens once, and the browser's way back repeats nothing."""

import re

import pytest
from playwright.async_api import Page, expect

from events.interaction import InteractionClosed, InteractionTaken, NoteAdded, ReplyHeld
from tests.acceptance.office import (
    Office,
    answer_field,
    hold_back,
    is_live,
    messages,
    saved,
)
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)


async def test_a_double_click_takes_sends_notes_and_closes_once(office: Office) -> None:
    work = office.asked("Twice")
    ana = await office.opens("ana", work)
    await ana.get_by_role("button", name="Take").dblclick()
    await expect(answer_field(ana)).to_be_visible()
    await answer_field(ana).fill("Only once.")
    await ana.get_by_role("button", name="Send", exact=True).dblclick()
    await expect(messages(ana, "Only once.")).to_have_count(1)
    await ana.keyboard.press("Escape")
    await ana.keyboard.press("n")
    await ana.keyboard.type("A remark")
    await ana.get_by_role("button", name="Save note").dblclick()
    await expect(messages(ana, "A remark")).to_have_count(1)
    eventually(lambda: office.received(work), "the answer arrives")
    await ana.get_by_text("Close c").click()
    await ana.get_by_role("button", name="Duplicate").dblclick()
    await expect(ana.locator(".composer p")).to_contain_text("Closed.")

    await expect(ana.locator("#notice")).to_be_empty()
    for event in (InteractionTaken, ReplyHeld, NoteAdded, InteractionClosed):
        assert office.recorded(work, event) == 1, event
    assert office.received(work) == ["Only once."]


async def test_sent_again_while_the_line_is_slow_it_leaves_once(office: Office) -> None:
    # Given: an answer that is on its way to the hub
    work = office.asked("A slow line")
    ana = await office.takes("ana", work)
    await answer_field(ana).fill("Patience.")
    await expect(saved(ana)).to_have_text("Draft saved")
    slow = await hold_back(ana, re.compile("/reply$"))

    # When: she sends it once more
    await ana.keyboard.press("Control+Enter")
    await ana.keyboard.press("Control+Enter")
    slow.set()

    # Then: it is one answer, and the field is ready for the next
    await expect(messages(ana, "Patience.")).to_have_count(1)
    await expect(answer_field(ana)).to_have_value("")
    eventually(lambda: office.received(work), "the answer arrives")
    await answer_field(ana).fill("And another one.")
    await ana.keyboard.press("Control+Enter")
    eventually(lambda: len(office.received(work)) > 1, "the next one arrives")
    assert office.received(work) == ["Patience.", "And another one."]
    assert office.recorded(work, ReplyHeld) == 2


async def test_the_way_back_shows_what_is_and_sends_nothing_again(
    office: Office,
) -> None:
    # Given: an answer that was sent, and the board after it
    work = office.asked("Back and forth")
    ana = await office.takes("ana", work)
    await answer_field(ana).fill("Sent before.")
    await ana.keyboard.press("Control+Enter")
    await expect(messages(ana, "Sent before.")).to_have_count(1)
    await to_the_board(ana)

    # When: she goes back
    await ana.go_back()
    await is_live(ana)

    # Then: she sees what is, and what she writes next is another answer
    await expect(messages(ana, "Sent before.")).to_have_count(1)
    await expect(answer_field(ana)).to_have_value("")
    await answer_field(ana).fill("Sent after.")
    await ana.keyboard.press("Control+Enter")
    await expect(messages(ana, "Sent after.")).to_have_count(1)
    eventually(lambda: len(office.received(work)) == 2, "both arrive")

    # And: back and forth over what was closed meanwhile, it stays closed
    await ana.get_by_text("Close c").click()
    await ana.get_by_role("button", name="Duplicate").click()
    await expect(ana.locator(".composer p")).to_contain_text("Closed.")
    await to_the_board(ana)
    await ana.go_back()
    await expect(ana.locator(".composer p")).to_contain_text("Closed.")
    await ana.go_forward()
    await expect(ana.locator(".list .row", has_text=work.subject)).to_have_count(0)
    assert office.recorded(work, ReplyHeld) == 2
    assert office.recorded(work, InteractionClosed) == 1


async def to_the_board(page: Page) -> None:
    await page.get_by_role("link", name="Board", exact=True).first.click()
    await expect(page.locator("main.board")).to_be_visible()
