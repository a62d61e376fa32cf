"""Finding and doing from one field, in a real browser."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from hub.web.demo import demo_link
from tests.integration.web.rows import uid


@pytest.fixture
async def ask(page, desk, services):
    """Logged in as Ana, on the board; the palette's field."""
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    return page.get_by_role("combobox", name="Find or do")


def chosen(page):
    return page.locator('#palette [role="option"][aria-selected="true"]')


@pytest.fixture
def lamp(rows):
    customer = rows.customer("Jonas Feld", "email:jonas@feld.example")
    return rows.interaction("Broken lamp", customer, 1031, sender="jonas@feld.example")


@pytest.mark.parametrize("key", ["Control+k", "/"])
async def test_one_key_and_a_few_letters_open_an_interaction(page, ask, lamp, key):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.keyboard.press(key)
    await expect(ask).to_be_focused()
    await ask.press_sequentially("lam")
    await expect(chosen(page)).to_contain_text("Broken lamp")
    await expect(chosen(page).locator("mark")).to_have_text("lamp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Broken lamp")).to_be_visible()
    assert complaints == []


async def test_enter_waits_for_what_was_asked(page, ask, lamp):
    let_go = asyncio.Event()

    async def hold(route):
        await let_go.wait()
        await route.continue_()

    await page.route("**/search/quick*", hold)
    await page.keyboard.press("/")
    async with page.expect_request("**/search/quick*"):
        await ask.fill("lamp")
    await page.keyboard.press("Enter")
    let_go.set()
    await expect(page.get_by_role("heading", name="Broken lamp")).to_be_visible()


async def test_an_answer_to_an_older_question_is_dropped(page, ask, lamp, rows):
    rows.interaction("Green chair", uid("Jonas Feld"), 1032)
    held = asyncio.Event()

    async def hold(route):
        await held.wait()
        await route.continue_()

    await page.route(re.compile(r"quick\?q=lamp"), hold)
    await page.keyboard.press("/")
    async with page.expect_request(re.compile(r"quick\?q=lamp")):
        await ask.fill("lamp")
    await ask.fill("chair")
    await expect(chosen(page)).to_contain_text("Green chair")
    held.set()
    await expect(page.locator("#palette-status")).to_have_text("Results: 1")
    await expect(page.locator("#palette")).not_to_contain_text("Broken lamp")


async def test_every_action_of_the_page_is_there_with_its_key(
    page, ask, lamp, services, desk
):
    await page.goto(f"{desk}/interactions/{lamp}")
    keys = await page.evaluate(
        "[...document.querySelectorAll('[data-hotkey]')]"
        ".filter((one) => one.offsetParent && one.dataset.hotkey !== '/')"
        ".map((one) => one.dataset.hotkey)"
    )
    await page.keyboard.press("Control+k")
    shown = await page.locator('#palette [role="option"] kbd').all_text_contents()
    assert "t" in keys
    assert set(shown) == {*keys, "?"}
    await ask.fill("take")
    await page.get_by_role("option", name="Take t").click()
    await expect(page.locator("#palette")).to_be_hidden()
    await expect(page.get_by_role("button", name="Take")).to_be_enabled()
    assert services.desk.asked == [("take", lamp, "ana")]


async def test_arrows_go_round_and_escape_gives_the_focus_back(page, lamp, ask):
    row = page.locator(".list .row")
    await row.focus()
    await page.keyboard.press("Control+k")
    options = page.locator('#palette [role="option"]')
    first = await options.first.get_attribute("id")
    last = await options.last.get_attribute("id")
    await expect(ask).to_have_attribute("aria-activedescendant", first)
    await page.keyboard.press("ArrowUp")
    await expect(ask).to_have_attribute("aria-activedescendant", last)
    await page.keyboard.press("ArrowDown")
    await expect(ask).to_have_attribute("aria-activedescendant", first)
    await page.keyboard.press("Escape")
    await expect(page.locator("#palette")).to_be_hidden()
    await expect(row).to_be_focused()


async def test_what_was_opened_lately_is_offered_until_the_log_out(
    page, ask, lamp, desk
):
    await page.goto(f"{desk}/interactions/{lamp}")
    await page.goto(desk)
    await page.keyboard.press("Control+k")
    await expect(chosen(page)).to_have_text("#1031 Broken lamp")
    await page.keyboard.press("Escape")
    await page.get_by_label("Account: Ana").click()
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("User name")).to_be_visible()
    assert await page.evaluate("sessionStorage.getItem('recent')") is None


async def test_a_search_that_fails_says_so(page, ask):
    await page.route("**/search/quick*", lambda route: route.abort())
    await page.keyboard.press("/")
    await ask.fill("lamp")
    await expect(page.locator("#palette-status")).to_contain_text("does not answer")
    everything = page.get_by_role("option", name="All results: lamp")
    await expect(everything).to_be_visible()


async def test_nothing_found_leads_to_all_results(page, ask):
    await page.keyboard.press("/")
    await ask.fill("zzz")
    await expect(page.locator("#palette-status")).to_have_text("Nothing found")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Nothing has words that begin so.")).to_be_visible()
    await expect(page.get_by_label("What to look for")).to_have_value("zzz")


async def test_on_a_telephone_a_button_opens_it(page, ask, lamp, desk):
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("link", name="Find").click()
    await ask.fill("feld")
    await page.get_by_role("option", name="Jonas Feld").first.click()
    await expect(page.get_by_role("heading", name="Jonas Feld")).to_be_visible()


async def test_results_follow_what_is_typed_and_chosen(page, ask, lamp, rows, desk):
    rows.contact(lamp, uid("Jonas Feld"), "The lamp is broken", 3)
    await page.goto(f"{desk}/search")
    await page.get_by_label("What to look for").press_sequentially("lamp")
    await expect(page.locator(".hit.in-text mark")).to_have_text("lamp")
    await expect(page).to_have_url(re.compile(r"/search\?q=lamp"))
    await page.get_by_label("Channel").select_option("sms")
    await expect(page.get_by_text("Nothing has words that begin so.")).to_be_visible()
    await page.get_by_label("Channel").select_option("email")
    await expect(page.locator(".hit.in-text")).to_have_count(1)


async def test_without_search_it_still_leads_to_pages(page, desk, services):
    await page.goto(demo_link(desk, "omar", services.demo_secret))
    await page.keyboard.press("Control+k")
    ask = page.get_by_role("combobox", name="Find or do")
    await ask.fill("stat")
    await expect(chosen(page)).to_have_text("Status")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{desk}/status")


async def test_what_has_no_key_is_found_by_its_name(page, ask, lamp, rows, desk):
    await page.goto(desk)
    await page.locator('.list input[name="pick"]').check()
    await page.keyboard.press("Control+k")
    await ask.fill("selected close")
    await page.get_by_role("option", name="With what is selected: Close").click()
    await expect(page.locator("[data-menu=bulk-close] select")).to_be_focused()

    rows.note(lamp, "ben", "@ana look", mentions=["ana"])
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("3")
    await expect(page.get_by_text("@ana look")).to_be_visible()
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(keys.locator("div", has_text="Later")).to_contain_text("2")


async def test_without_single_letters_the_palette_still_does_everything(
    page, ask, lamp, services, desk
):
    await page.goto(f"{desk}/account")
    await page.get_by_label("Single letters are commands").uncheck()
    await page.locator("form[action='/account/keys'] button").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await page.goto(f"{desk}/interactions/{lamp}")
    await page.keyboard.press("?")
    await page.keyboard.press("t")
    await expect(page.locator("#keys")).to_be_hidden()
    await page.keyboard.press("Control+k")
    await ask.fill("take")
    await page.keyboard.press("Enter")
    await expect(page.locator("#palette")).to_be_hidden()
    await expect(page.get_by_role("button", name="Take")).to_be_enabled()
    assert services.desk.asked == [("take", lamp, "ana")]
