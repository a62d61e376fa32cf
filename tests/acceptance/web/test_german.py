"""An agent works in German: pages, what scripts say, and why something is refused."""

import pytest
from playwright.async_api import expect

from hub.application.errors import RefusedError
from hub.web.demo import demo_link
from tests.acceptance.web.axe import violations

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def work(rows):
    customer = rows.customer("Jonas Feld", "email:jonas@feld.example")
    return rows.interaction("Zelt undicht", customer, 1, 30)


@pytest.fixture
async def german(page, desk, services, work):
    """The board of Ana, whose browser asks for German."""
    opened = await page.context.browser.new_page(locale="de-AT")
    await opened.goto(demo_link(desk, "ana", services.demo_secret))
    await expect(opened.locator("#link")).to_have_attribute("data-state", "live")
    return opened


async def test_the_board_is_in_german(german):
    await expect(german.locator("html")).to_have_attribute("lang", "de")
    await expect(german).to_have_title("(1) Übersicht · touchline")
    await expect(german.locator("#list-title")).to_have_text("Alle Warteschlangen")
    await expect(german.get_by_role("heading", name="Meine Arbeit")).to_be_visible()


async def test_what_scripts_say_is_german_too(german):
    await german.keyboard.press("?")
    keys = german.get_by_role("dialog", name="Tastenkürzel")
    await expect(keys).to_contain_text("Nächster oder voriger Eintrag einer Liste")
    await german.keyboard.press("Escape")
    await german.keyboard.press("j")
    await german.keyboard.press("x")
    await expect(german.get_by_text("1 ausgewählt")).to_be_visible()


async def test_a_refusal_is_told_in_german(german, services, work):
    services.desk.refusal = RefusedError(
        "{agent} has this interaction. Ask them to put it back.", agent="ben"
    )
    await german.goto(f"{german.url.rstrip('/')}/interactions/{work}")
    await german.get_by_role("button", name="Übernehmen").click()
    told = german.locator("#notice")
    await expect(told).to_contain_text("ben hat diesen Vorgang. Bitten Sie darum,")


async def test_the_language_is_ones_own_choice(german, desk):
    await german.goto(f"{desk}/account")
    await german.get_by_role("combobox", name="Sprache").select_option(label="English")
    await german.locator("form[action='/account/language'] button").click()
    await expect(german.locator("html")).to_have_attribute("lang", "en-GB")
    await expect(german.get_by_role("heading", name="Your account")).to_be_visible()
    await german.get_by_role("combobox", name="Language").select_option(value="")
    await german.locator("form[action='/account/language'] button").click()
    await expect(german.get_by_role("heading", name="Ihr Konto")).to_be_visible()


async def test_long_words_stand_in_nobodys_way(german, desk, work):
    await german.set_viewport_size({"width": 390, "height": 844})
    for place in ("", f"interactions/{work}", "account", "write", "calls/missed"):
        await german.goto(f"{desk}/{place}")
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert await german.evaluate(wide) <= 0, place
        assert await violations(german) == []
