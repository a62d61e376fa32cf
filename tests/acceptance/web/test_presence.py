"""Two agents at one interaction see each other, and do not answer twice unawares."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.async_api import expect

from hub.application.drafts import Place, Text
from hub.application.errors import AnsweredMeanwhileError
from hub.web.demo import demo_link
from tests.integration.web import story


@pytest.fixture
def key(rows):
    return story.tell(rows)


@pytest.fixture
async def at_desk(page, desk, key, services):
    """Opens the interaction for somebody, in a browser of their own."""

    async def sit(name):
        context = await page.context.browser.new_context(locale="en-GB")
        context.set_default_timeout(15_000)
        opened = await context.new_page()
        await opened.goto(demo_link(desk, name, services.demo_secret))
        await opened.goto(f"{desk}/interactions/{key}")
        await expect(opened.locator("#link")).to_have_attribute("data-state", "live")
        return opened

    return sit


async def test_colleagues_see_who_is_there_and_who_writes(at_desk):
    ana = await at_desk("ana")
    ben = await at_desk("ben")
    await expect(ben.locator(".presence")).to_have_text("Ana is here")
    await expect(ana.locator(".presence")).to_have_text("Ben is here")
    await ana.get_by_label("Reply by email to").fill("Dear Ms Quiroga")
    await expect(ben.locator(".presence")).to_have_text("Ana is writing")
    await ana.keyboard.press("Control+Enter")
    await expect(ben.locator(".presence")).to_have_text("Ana is here")


async def test_what_a_colleague_left_unfinished_is_announced(at_desk, key, services):
    await services.drafts.save(Place("ben", key), Text("Dear Ms"))
    ana = await at_desk("ana")
    await expect(ana.locator(".presence")).to_have_text("Ben has begun an answer")


async def test_an_answer_meanwhile_is_asked_about_once_and_nothing_is_lost(
    at_desk, services
):
    ana = await at_desk("ana")
    answer = ana.get_by_label("Reply by email to")
    await answer.fill("It left this morning.")
    when = datetime.now(UTC) - timedelta(seconds=90)
    services.desk.refusal = AnsweredMeanwhileError("ben", when, UUID(int=7))
    await ana.keyboard.press("Control+Enter")
    await expect(ana.locator("#notice")).to_contain_text("Ben answered 1 min ago.")
    await expect(answer).to_have_value("It left this morning.")
    services.desk.refusal = None
    await ana.get_by_role("button", name="Send anyway").click()
    await expect(answer).to_have_value("")
    await expect(ana.locator("#notice")).to_be_empty()
    assert services.desk.seen == UUID(int=7)
