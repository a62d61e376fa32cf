"""Calls on the desk, in a real browser."""

import json

import pytest
from playwright.async_api import expect

from hub.web.demo import demo_link
from projections import calls
from tests.acceptance.web.axe import violations
from tests.acceptance.web.sight import in_sight, out_of_sight
from tests.integration.web import calling, story
from tests.integration.web.rows import uid

KEEP_NOTES = """() => {
    window.Notification = class extends EventTarget {
        static permission = "granted";
        constructor(_title, { body }) { super(); document.body.dataset.noted = body; }
    };
}"""


@pytest.fixture
async def writing(page, desk, rows, services):
    """Ana writes a mail; answers its field."""
    key = story.tell(rows)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")
    answer = page.get_by_label("Reply by email to")
    await answer.fill("Half a sen")
    return answer


def ring(rows, name, number):
    """A call that begins to ring at ana."""
    customer = rows.customer(name, f"phone:{calling.NUMBER}{number}")
    key = calling.call(
        rows, f"{name} calls", customer, number, ("ringing", 0, "ana"), state="waiting"
    )
    rows.notify(json.dumps({"interaction": [key.hex], "agent": ["ana"]}))
    return key


def stop(rows, key):
    """It does not ring any more."""
    table = calls.TABLE
    change = table.update().where(table.c.interaction_id == key)
    rows.run(change.values(ringing=[], state="answered"))
    rows.notify(json.dumps({"interaction": [key.hex], "agent": ["ana"]}))


def pops(page):
    return page.get_by_role("article", name="A call for you")


async def test_a_call_rings_while_somebody_writes_and_their_words_stay(
    page, rows, writing
):
    ring(rows, "Nora Lind", 1060)
    await expect(pops(page)).to_contain_text("Nora Lind")
    said = page.locator("#pops-said[role=alert]")
    await expect(said).to_have_text(
        "A call for you: Nora Lind, Orders and delivery. F2 opens it."
    )
    await expect(writing).to_be_focused()
    await page.keyboard.type("tence")
    await expect(writing).to_have_value("Half a sentence")

    await page.keyboard.press("F2")
    await expect(page.locator(".call")).to_contain_text("Ringing")
    await page.go_back()
    await expect(writing).to_have_value("Half a sentence")


async def test_calls_stack_and_go_when_they_are_answered_elsewhere(page, rows, writing):
    first, _ = ring(rows, "Nora Lind", 1060), ring(rows, "Luca Neri", 1061)
    await expect(pops(page)).to_have_count(2)
    stop(rows, first)
    await expect(pops(page)).to_have_count(1)
    await expect(pops(page)).to_contain_text("Luca Neri")
    await expect(writing).to_have_value("Half a sen")


async def test_a_hidden_call_stays_hidden_on_every_page(page, desk, rows, writing):
    ring(rows, "Nora Lind", 1060)
    await pops(page).get_by_role("button", name="Hide").click()
    await expect(pops(page)).to_be_hidden()
    async with page.expect_response("**/phone/ringing"):
        await page.goto(f"{desk}/customers/{uid('Marta Quiroga')}")
    await expect(pops(page)).to_be_hidden()
    ring(rows, "Luca Neri", 1061)
    await expect(pops(page)).to_contain_text("Luca Neri")


async def test_missed_calls_are_counted_on_every_page(page, desk, rows, writing):
    link = page.get_by_role("link", name="Missed calls")
    await expect(link).not_to_contain_text("1")
    calling.missed(rows, "gave up", uid("Marta Quiroga"), 1062, 1)
    rows.notify(json.dumps({"calls": ["missed"]}))
    await expect(link).to_contain_text("1")
    await link.click()
    row = page.locator(".missed-call")
    await expect(row).to_contain_text("Marta Quiroga")
    calling.missed(rows, "gave up too", rows.customer("Jonas Neu"), 1063, 0.5)
    rows.notify(json.dumps({"calls": ["missed"]}))
    await expect(row).to_have_count(2)


def wrapping(rows):
    """Ana's call with Marta, which is over."""
    heard = ("ringing", 5), ("answered", 4, "ana"), ("held", 3), ("ended", 1)
    marta = uid("Marta Quiroga")
    return calling.call(rows, "over", marta, 1064, *heard, state="wrap_up", agent="ana")


@pytest.mark.parametrize("look", ["light", "dark"])
async def test_nothing_serious_is_in_the_way_of_calls(page, desk, rows, writing, look):
    await page.emulate_media(color_scheme=look)
    calling.missed(rows, "gave up", uid("Marta Quiroga"), 1062, 1)
    key = wrapping(rows)
    ring(rows, "Nora Lind", 1060)
    for path in (f"/interactions/{key}", "/calls/missed?status=all"):
        await page.goto(f"{desk}{path}")
        await expect(pops(page)).to_be_visible()
        assert await violations(page) == []


async def test_a_call_is_wrapped_up_by_keyboard(page, desk, rows, services, writing):
    key = wrapping(rows)
    await page.goto(f"{desk}/interactions/{key}")
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")
    await page.keyboard.press("w")
    await page.keyboard.type("Answered")
    await page.keyboard.press("Tab")
    await page.keyboard.type("She sends a photo.")
    async with page.expect_response("**/finish"):
        await page.keyboard.press("Control+Enter")
    ((what, _, _, done),) = services.calls.asked
    assert (what, done.disposition, done.note) == (
        "finish",
        "answered",
        "She sends a photo.",
    )


async def test_a_call_is_noticed_in_a_tab_that_nobody_looks_at(page, rows, writing):
    await page.context.grant_permissions(["notifications"])
    await page.evaluate(KEEP_NOTES)
    await page.evaluate(
        "localStorage.setItem('touchline.alerts', '{\"notify\": true}')"
    )
    plain = await page.title()
    await out_of_sight(page)
    key = ring(rows, "Nora Lind", 1060)
    await expect(page).to_have_title(f"A call for you · {plain}")
    await expect(page.locator("body")).to_have_attribute("data-noted", "A call for you")
    stop(rows, key)
    await expect(page).to_have_title(plain)

    ring(rows, "Luca Neri", 1061)
    await expect(page).to_have_title(f"A call for you · {plain}")
    await in_sight(page)
    await expect(page).to_have_title(plain)
    await expect(pops(page)).to_contain_text("Luca Neri")
