"""Two agents and a supervisor at the same work at once, each in a browser."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from events.interaction import InteractionAssigned, InteractionTaken, ReplyHeld
from tests.acceptance.office import (
    Office,
    Work,
    answer_field,
    hold_back,
    messages,
    saved,
)
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)


async def presses_take(page: Page, together: asyncio.Barrier) -> None:
    """What they press leaves their browser when everybody has pressed it."""

    async def hold(route: Route) -> None:
        await together.wait()
        await route.continue_()

    await page.route("**/take", hold)
    async with page.expect_response("**/take"):
        await page.get_by_role("button", name="Take").click()


async def test_of_two_who_take_at_once_one_has_it_and_the_other_is_told_who(
    office: Office,
) -> None:
    work = office.asked("Who is first?")
    pages = {name: await office.opens(name, work) for name in ("ana", "ben")}
    together = asyncio.Barrier(len(pages))
    await asyncio.gather(*(presses_take(page, together) for page in pages.values()))

    ((holder,),) = office.road.rows(
        "SELECT actor FROM touchline_store.events WHERE originator_id = %s"
        " AND topic LIKE '%%InteractionTaken%%'",
        work.key,
    )
    (other,) = set(pages) - {holder}
    await expect(answer_field(pages[holder])).to_be_visible()
    await expect(pages[holder].locator("#notice")).to_be_empty()
    told = pages[other].locator("#notice")
    await expect(told).to_contain_text(f"{holder} has this interaction.")
    closed = pages[other].locator(".composer")
    await expect(closed).to_contain_text(f"{holder.title()} has this in hand.")
    assert office.recorded(work, InteractionTaken) == 1


async def test_work_that_is_given_away_in_mid_reply_loses_no_word(
    office: Office,
) -> None:
    # Given: Ana writes
    work = office.asked("A broken lamp")
    ana = await office.takes("ana", work)
    await answer_field(ana).press_sequentially("Dear customer, the")
    await expect(saved(ana)).to_have_text("Draft saved")

    # When: the supervisor gives the work to Ben
    sue = await office.opens("sue", work)
    await expect(sue.locator(".presence")).to_contain_text("Ana")
    await gives(sue, work, "Ben")

    # Then: she is told at once, sees what she wrote, and what she types does nothing
    begun = ana.get_by_label("What you have begun")
    await expect(ana.locator(".composer p")).to_contain_text("Ben has this in hand.")
    await expect(begun).to_have_value("Dear customer, the")
    await expect(begun).to_be_focused()
    await ana.keyboard.type("c b")
    await expect(begun).to_have_value("Dear customer, the")
    await expect(ana.locator("details[open]")).to_have_count(0)

    # And: Ben knows of it, and answers
    ben = await office.opens("ben", work)
    await expect(ben.locator(".presence")).to_contain_text("Ana has begun an answer")
    await answers(ben, "We send a new one.")

    # And: what she wrote is there when the work is hers again
    await gives(sue, work, "Ana")
    await expect(answer_field(ana)).to_have_value("Dear customer, the")
    await expect(messages(ana, "We send a new one.")).to_have_count(1)
    assert office.recorded(work, InteractionAssigned) == 2


async def test_an_answer_to_what_a_colleague_answered_meanwhile_asks_first(
    office: Office,
) -> None:
    # Given: Ana's line is slow, so that her page shows what was before
    work = office.asked("Another broken lamp")
    ana = await office.takes("ana", work)
    await answer_field(ana).fill("It was our fault.")
    await expect(saved(ana)).to_have_text("Draft saved")
    slow = await hold_back(ana, re.compile("/desk$"))

    # When: the work goes to Ben, who answers, and Ana sends hers
    sue = await office.opens("sue", work)
    await gives(sue, work, "Ben")
    ben = await office.opens("ben", work)
    await answers(ben, "We send a new one.")
    await ana.keyboard.press("Control+Enter")

    # Then: she is asked, and nothing leaves or is lost before she says so
    question = ana.locator("#notice")
    await expect(question).to_contain_text("Ben answered")
    await expect(answer_field(ana)).to_have_value("It was our fault.")
    assert office.recorded(work, ReplyHeld) == 1
    slow.set()
    await question.get_by_role("button", name="Not now").click()
    await expect(messages(ana, "We send a new one.")).to_have_count(1)
    eventually(lambda: office.received(work), "Ben's answer arrives")
    assert office.received(work) == ["We send a new one."]


async def gives(page: Page, work: Work, name: str) -> None:
    """A supervisor makes it somebody's work."""
    await page.get_by_text("Move m").click()
    await page.get_by_role("button", name=name, exact=True).click()
    await expect(page.locator(".composer p")).to_contain_text(f"{name} has this")


async def answers(page: Page, words: str) -> None:
    await answer_field(page).fill(words)
    await page.keyboard.press("Control+Enter")
    await expect(messages(page, words)).to_have_count(1)
    await expect(answer_field(page)).to_have_value("")
