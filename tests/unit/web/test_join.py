"""A link lets its holder choose a password, once."""

from datetime import timedelta

import pytest

from tests.unit.web import kit
from tests.unit.web.kit_people import SHIFT

NEW = "four unrelated words"


@pytest.fixture
async def services():
    made = kit.web(kit.person("ana", "agent"))
    await made.links.make("ana", "ivy", timedelta(hours=1))
    return made


async def choose(services, password=NEW, **headers):
    browser = kit.client(services)
    form = {"fresh": password}
    return await browser.post("/join/link-ana", data=form, headers=headers)


async def test_the_link_says_whom_it_is_for(services):
    page = await kit.client(services).get("/join/link-ana")
    assert "Welcome, Ana" in page.text


async def test_the_chosen_password_logs_in_and_ends_what_was_before(services):
    before = await services.sessions.begin("ana", SHIFT)
    services.attempts.failed = [("ana", "192.0.2.1")]
    answer = await choose(services)
    assert answer.headers["location"] == "/"
    assert "touchline_session" in answer.headers["set-cookie"]
    assert services.accounts.passwords["ana"] == NEW
    assert before not in services.sessions.open
    assert len(services.sessions.open) == 1
    assert services.attempts.failed == []


async def test_the_link_works_once(services):
    await choose(services)
    again = await choose(services, "another four unrelated words")
    assert again.status_code == 404
    assert "does not work any more" in again.text
    assert services.accounts.passwords["ana"] == NEW


async def test_a_weak_password_does_not_use_the_link_up(services):
    answer = await choose(services, "short")
    assert answer.status_code == 409
    assert "15 characters" in answer.text
    assert (await choose(services)).status_code == 303


async def test_another_site_chooses_nothing(services):
    answer = await choose(services, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert services.links.open


async def test_an_invented_link_is_none(services):
    page = await kit.client(services).get("/join/invented")
    assert page.status_code == 404
