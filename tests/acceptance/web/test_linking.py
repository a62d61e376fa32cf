"""Putting interactions right by keyboard, in a real browser."""

import pytest
from playwright.async_api import expect

from hub.domain.handing_over import Actor
from hub.web.demo import demo_link
from tests.integration.web import story
from tests.integration.web.rows import uid


@pytest.fixture
async def opened(page, desk, rows, services):
    """An interaction's page, and what its console complained about."""
    key, complaints = story.tell(rows), []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    return key, complaints


def close(rows, key):
    rows.run(
        "UPDATE touchline_views.interaction_view_v1 SET state = 'closed',"
        f" disposition = 'solved', waiting_since = NULL WHERE interaction_id = '{key}'"
    )


async def test_a_closing_is_undone_by_one_key(page, rows, services, opened):
    key, complaints = opened
    await expect(page.get_by_text("Closed as Solved.")).to_be_hidden()
    close(rows, key)
    await page.reload()
    await expect(page.get_by_text("Closed as Solved.")).to_be_visible()
    async with page.expect_response("**/undo-close"):
        await page.keyboard.press("z")
    assert services.linking.asked == [("undo_close", key, "ana")]
    assert complaints == []


async def test_two_are_compared_and_merged_by_keyboard(page, services, opened):
    key, complaints = opened
    await page.keyboard.press("x")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Merge with another")
    await expect(dialog.get_by_label("Number")).to_be_focused()
    await page.keyboard.type("1019")
    await page.keyboard.press("Enter")
    both = page.get_by_role("dialog", name="Merge two interactions")
    await expect(both.get_by_role("heading", name="The other one")).to_be_visible()
    await expect(both.get_by_role("button", name="#1024 into #1019")).to_be_focused()
    async with page.expect_response("**/merge"):
        await page.keyboard.press("Enter")
    await expect(both).to_be_hidden()
    assert services.linking.asked == [("merge", key, Actor("ana"), uid("text"))]
    assert complaints == []


async def test_leaving_the_dialog_changes_nothing(page, services, opened):
    await page.keyboard.press("x")
    await page.get_by_role("link", name="Link with another").click()
    dialog = page.get_by_role("dialog", name="Link with another")
    await expect(dialog.get_by_role("button", name="SMS")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("[data-menu=more] > summary")).to_be_focused()
    assert services.linking.asked == []
