"""Who may be whom, decided in a real browser."""

import pytest
from playwright.async_api import expect

from hub.web.demo import demo_link
from projections import merge_suggestions
from tests.acceptance.web.axe import violations
from tests.acceptance.web.reflow import overflowing
from tests.integration.web.suggesting import suggest

LONG = "email:a.very.long.address.that.goes.on@a.subdomain.of.some.company.example"


@pytest.fixture
async def people(rows):
    """Two who may be one, and a caller from a number that the first one shares."""
    marta = rows.customer("Marta Quiroga", "email:marta@example.org", LONG)
    suggest(rows, marta, rows.customer("Q.", "phone:+34611111111"))
    caller = rows.customer("caller")
    use = {"customer_id": caller, "owner_id": marta, "used_at": rows.now}
    rows.write(merge_suggestions.USES, use)
    return marta, rows.interaction("Where is it", caller, 8, opened_for=caller)


@pytest.mark.parametrize("look", ["light", "dark"])
async def test_nobody_is_kept_from_deciding(page, desk, services, people, look):
    marta, call = people
    await page.emulate_media(color_scheme=look)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    for path in ("/suggestions", f"/customers/{marta}", f"/interactions/{call}"):
        await page.goto(f"{desk}{path}")
        for fold in await page.locator(".identity summary").all():
            await fold.click()
        assert await violations(page) == []
        assert [w for width in (640, 320) for w in await overflowing(page, width)] == []


async def test_a_pair_is_declined_by_its_key(page, desk, services, people):
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/suggestions")
    await expect(page.locator(".suggestion")).to_have_count(1)
    await page.keyboard.press("n")
    await page.wait_for_url("**/suggestions?after=*")
    ((what, *_),) = services.identification.asked
    assert what == "decline"
