"""What each role finds: a page of its own, and no link that is closed to it."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.domain.person import ROLES
from hub.web.demo import demo_path
from tests.integration.web import story
from tests.integration.web.rows import uid
from tests.unit.web import kit

HOMES = {
    "agent": "/",
    "supervisor": "/",
    "ops": "/",
    "privacy": "/customers",
    "integrator": "/account",
    "admin": "/settings/people",
}


@pytest.fixture
async def services(url, blobs):
    people = [kit.person(role, role) for role in ROLES]
    made = kit.web(*people, url=url, demo=True, blobs=blobs)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def browser(services):
    async with kit.client(services) as opened:
        opened.follow_redirects = True
        yield opened


def addresses(page):
    """What can be clicked, or is fetched by the page."""
    tree = LexborHTMLParser(page)
    links = [node.attributes["href"] for node in tree.css("a[href^='/']")]
    inside = [node.attributes["src"] for node in tree.css("main [src]")]
    parts = [node.attributes["hx-get"] for node in tree.css("[hx-get]")]
    forms = [node.attributes["action"] for node in tree.css("form[method=get]")]
    return {*links, *inside, *parts, *forms}


async def refused(browser, start):
    """The addresses, from page to page, that this role may not see."""
    found, todo, bad = {start}, [start], []
    while todo:
        answer = await browser.get(todo.pop())
        if answer.status_code != 200:
            bad.append(str(answer.url))
        fresh = addresses(answer.text) - found
        found |= fresh
        todo += fresh
    return bad


def test_every_role_has_a_home():
    assert set(HOMES) == ROLES


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_a_one_click_link_leads_to_a_page_that_the_role_may_see(
    browser, services, role
):
    answer = await browser.get(demo_path(role, services.demo_secret))
    assert (answer.status_code, answer.url.path) == (200, HOMES[role])


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_no_link_leads_to_a_page_that_the_role_may_not_see(
    browser, services, rows, role
):
    story.tell(rows)
    await browser.get(demo_path(role, services.demo_secret))
    assert await refused(browser, "/") == []


async def test_a_privacy_officer_reads_a_history_that_links_to_no_desk(
    browser, services, rows
):
    story.tell(rows)
    await browser.get(demo_path("privacy", services.demo_secret))
    path = f"/customers/{uid('Marta Quiroga')}"
    page = await browser.get(path)
    assert "Cracked glass in order 20418" in page.text
    assert "/interactions/" not in page.text
    assert await refused(browser, path) == []


@pytest.mark.parametrize("role", ["admin", "integrator"])
async def test_a_page_with_nothing_live_watches_nothing(browser, services, role):
    page = await browser.get(demo_path(role, services.demo_secret))
    assert re.search(r'data-topics="\s*"', page.text)


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_a_refusal_leads_back_to_where_the_role_may_be(browser, services, role):
    await browser.get(demo_path(role, services.demo_secret))
    page = await browser.get("/demo/login/nobody?key=wrong")
    assert page.status_code == 403
    (way_out,) = addresses(page.text)
    assert (await browser.get(way_out)).status_code == 200
