"""Two customers who are one person: merged, seen as one and undone, by keyboard."""

from contextlib import closing
from dataclasses import replace

import pytest
from playwright.async_api import expect

from events.sealing import PlainSealer
from hub.web.demo import demo_link
from projections.catalog import ALL
from projections.driver import Driver
from tests.acceptance.web.axe import violations
from tests.acceptance.web.reflow import overflowing
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, at, mail, sms

pytestmark = pytest.mark.timeout(120)


class Shop:
    """Ana wrote mails, and somebody sent texts."""

    def __init__(self, hub, driver):
        self.hub, self.driver = hub, driver
        hub.take_in(mail("<1@a>"), sms("1", when=at(minutes=1)))
        hub.take_in(mail("<2@a>", when=at(minutes=2)), sms("2", when=at(minutes=3)))
        opened = hub.events("InteractionOpened")
        self.ana, self.texting = (one.customer_id for one in opened[:2])

    async def show(self):
        await self.driver.apply(self.hub.stored())


@pytest.fixture
def hub(database):
    with closing(Hub(database)) as made:
        yield made


@pytest.fixture
async def services(services, hub):
    return replace(services, customers=hub.customers)


@pytest.fixture
async def shop(services, hub):
    driver = Driver(services.engine, ALL, PlainSealer(), hub.clock)
    await driver.prepare()
    made = Shop(hub, driver)
    await made.show()
    return made


@pytest.fixture
async def opened(page, desk, services, shop):
    """The page of whoever sent texts, and what its console complained about."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/customers/{shop.texting}")
    return complaints


async def merge(page, shop):
    """By keyboard alone: find the other one, compare, say why."""
    await page.keyboard.press("m")
    await expect(page.get_by_label("Name, mail address or number")).to_be_focused()
    await page.keyboard.type("ana")
    await expect(page.get_by_role("button", name="Ana")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Together")).to_be_visible()
    await page.keyboard.press("r")
    await expect(page.get_by_label("Why are they one person?")).to_be_focused()
    await page.keyboard.type("She signs her texts as Ana.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/customers/{shop.ana}?*")
    await shop.show()
    await page.reload()


async def test_two_are_merged_seen_as_one_and_undone(page, shop, opened):
    await merge(page, shop)
    known = page.locator(".known")
    await expect(known).to_contain_text(ANA)
    await expect(known).to_contain_text(ANAS_PHONE)
    await expect(page.locator("#history")).to_contain_text("text of 2")
    await page.get_by_role("link", name="merged").click()
    await expect(page.get_by_text("A part of Ana:")).to_be_visible()
    await page.go_back()
    await page.get_by_role("button", name="Undo").click()
    await shop.show()
    await page.reload()
    await expect(known).not_to_contain_text(ANAS_PHONE)
    await expect(page.locator(".merges")).to_contain_text("undone")
    assert opened == []


async def test_comparing_and_the_history_of_merges_are_for_everybody(
    page, desk, shop, opened
):
    await page.goto(f"{desk}/customers/{shop.texting}/merge?into={shop.ana}")
    found = await violations(page) + await overflowing(page, 320)
    await merge_from_here(page, shop)
    for key in (shop.ana, shop.texting):
        await page.goto(f"{desk}/customers/{key}")
        found += await violations(page) + await overflowing(page, 320)
    assert found == []


async def merge_from_here(page, shop):
    await page.get_by_label("Why are they one person?").fill("She signs as Ana.")
    await page.get_by_role("button", name="Merge").click()
    await page.wait_for_url(f"**/customers/{shop.ana}?*")
    await shop.show()
