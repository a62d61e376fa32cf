"""A session that ends while somebody sits in front of it."""

from playwright.async_api import expect

from hub.web.demo import demo_link
from tests.integration.web import story


async def test_a_session_ended_elsewhere_says_so_and_leads_back(
    page, desk, rows, services
):
    story.tell(rows)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/?queue=orders")
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")

    services.sessions.open.clear()
    services.feed.end("ana")
    await page.get_by_role("link", name="Log in again").click()
    await page.get_by_label("User name").fill("ana")
    await page.get_by_label("Password").fill("ana")
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(f"{desk}/?queue=orders")
    await expect(page.get_by_text("You are logged out.")).to_be_hidden()


async def test_people_are_invited_by_keyboard(page, desk, services):
    await page.goto(demo_link(desk, "ivy", services.demo_secret))
    await page.keyboard.press("i")
    await page.get_by_label("Name", exact=True).fill("Ben Okafor")
    await page.get_by_label("User name").fill("ben")
    await page.get_by_label("agent").check()
    await page.keyboard.press("Enter")
    link = page.get_by_label("Link to choose a password").last
    await expect(link).to_have_value(f"{desk}/join/link-ben")
    assert [asked[:3] for asked in services.staff.asked] == [("ivy", "invite", "ben")]
