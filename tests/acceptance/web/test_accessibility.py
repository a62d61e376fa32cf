"""No page puts anything serious in the way of anybody (WCAG 2.2 AA, by axe-core)."""

import re
from urllib.parse import urlsplit

import pytest

from hub.web.demo import demo_link
from tests.acceptance.web.axe import violations
from tests.acceptance.web.reflow import moving, overflowing
from tests.integration.web import story

pytestmark = pytest.mark.timeout(240)

ROLES = {"sue": "supervisor", "omar": "ops", "pia": "privacy", "ivy": "admin"}
"""People who together reach every page; a supervisor sees all that agents do."""

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
}
WIDTHS = (640, 390, 320)
"""CSS pixels: 1280 at 200 % (WCAG 1.4.4), a telephone, 1280 at 400 % (WCAG 1.4.10)."""


def kind(address):
    """The page of which an address is an example."""
    parts = urlsplit(address)
    path = re.sub(r"/[0-9a-f-]{32,36}", "/ID", parts.path)
    return re.sub(r"/\d+", "/N", path) + ("?" if parts.query else "")


async def pages(page, desk):
    """One example of every kind of page that links lead to."""
    seen, todo = {kind("/")}, ["/"]
    while todo:
        address = todo.pop(0)
        answer = await page.goto(f"{desk}{address}")
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield address
        links = await page.eval_on_selector_all(
            "a[href^='/']:not([download])",
            "found => found.map(one => one.getAttribute('href'))",
        )
        for link in links:
            if kind(link) not in seen:
                seen.add(kind(link))
                todo.append(link)


@pytest.mark.parametrize("name", sorted(ROLES))
@pytest.mark.parametrize("look", sorted(LOOKS))
async def test_nothing_serious_is_in_the_way(page, desk, rows, services, name, look):
    story.tell(rows)
    await page.emulate_media(**LOOKS[look])
    await page.goto(demo_link(desk, name, services.demo_secret))
    found = {}
    async for address in pages(page, desk):
        found[address] = await violations(page)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("name", sorted(ROLES))
async def test_every_page_fits_the_narrowest_windows(page, desk, rows, services, name):
    story.tell(rows)
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(demo_link(desk, name, services.demo_secret))
    found = {}
    async for address in pages(page, desk):
        found[address] = await moving(page) + [
            f"{width} px: {what}"
            for width in WIDTHS
            for what in await overflowing(page, width)
        ]
    assert {where: what for where, what in found.items() if what} == {}
