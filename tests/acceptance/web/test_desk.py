"""A person at the desk, in a real browser."""

import json
import re
from dataclasses import replace

from playwright.async_api import expect

from hub.adapters.postgres.changes import PostgresChanges
from hub.runtime.servers.ports import free_port
from hub.web.demo import demo_link
from hub.web.live import LiveFeed
from tests.acceptance.web.conftest import serving
from tests.integration.web import story
from tests.integration.web.rows import uid


def arrived(*interactions):
    return json.dumps({"interaction": [key.hex for key in interactions]})


async def log_in(page, desk):
    await page.goto(desk)
    await page.get_by_label("User name").fill("ana")
    await page.get_by_label("Password").fill("ana")
    await page.keyboard.press("Enter")
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")


async def test_the_board_shows_new_work_without_a_reload(page, desk, rows):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    await log_in(page, desk)
    await expect(page.get_by_text("Nothing is open here.")).to_be_visible()
    await page.evaluate("window.sameDocument = true")

    customer = rows.customer("Jonas Feld", "email:jonas@feld.example")
    key = rows.interaction("Where is order 20422?", customer, 1031)
    rows.notify(arrived(key))

    row = page.locator(".list .row")
    await expect(row).to_contain_text("Jonas Feld")
    await expect(page).to_have_title("(1) Board · touchline")
    assert await page.evaluate("window.sameDocument")
    assert complaints == []


async def test_everything_on_an_interaction_works_by_keyboard(
    page, desk, rows, services
):
    customer = rows.customer("Jonas Feld", "email:jonas@feld.example")
    key = rows.interaction("Order 20422", customer, 1031, sender="jonas@feld.example")
    await log_in(page, desk)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Order 20422")).to_be_visible()
    await expect(page.get_by_text("Take it to answer.")).to_be_visible()

    # The desk of this test only remembers, so the rows move by hand.
    move(rows, agent="ana", state="handling")
    await page.keyboard.press("t")
    await expect(page.get_by_label("Reply by email to")).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("It left us this morning.")
    rows.notify(arrived(key))
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_label("Reply by email to")).to_have_value("")
    await page.keyboard.press("Escape")
    move(rows, state="closed", disposition="solved")
    await page.keyboard.press("c")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Closed. Reopen it to answer.")).to_be_visible()
    asked = [(command, *rest[:1]) for command, _, _, *rest in services.desk.asked]
    assert asked == [
        ("take",),
        ("reply", "It left us this morning."),
        ("close", "solved"),
    ]


async def test_a_draft_survives_what_happens_around_it(page, desk, rows, services):
    key = story.tell(rows)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    answer = page.get_by_label("Reply by email to")
    await answer.fill("Half a sen")
    marta = uid("Marta Quiroga")
    rows.contact(key, marta, "One more thing", 0, sender_name="Marta Quiroga")
    rows.notify(arrived(key))
    await expect(page.locator(".conversation")).to_contain_text("One more thing")
    await expect(answer).to_be_focused()
    await expect(answer).to_have_value("Half a sen")
    await page.reload()
    await expect(answer).to_have_value("Half a sen")


async def test_hostile_mail_runs_nothing_and_loads_nothing(page, desk, rows, services):
    key = story.tell(rows)
    asked = []

    async def leaves(route):
        asked.append(route.request.url)
        await route.abort()

    # What the policy blocks is announced as a request, but never gets as far as this.
    await page.route(re.compile(f"^(?!{re.escape(desk)}|about:)"), leaves)
    await page.goto(demo_link(desk, "ana", services.demo_secret))
    await page.goto(f"{desk}/interactions/{key}")
    await page.get_by_text("Formatted mail").first.click()
    mail = page.frame_locator("iframe").first
    await expect(mail.get_by_text("Halden 40, smoke")).to_be_visible()
    family = await mail.locator("body").evaluate("e => getComputedStyle(e).fontSize")
    assert family == "14px", "the frame's style sheet did not load"
    assert "stolen" not in await page.title()
    assert asked == []


async def test_a_lost_connection_is_told_and_made_up_for(
    page, services, rows, database
):
    port = free_port()
    async with serving(services, port) as desk:
        await log_in(page, desk)
    await expect(page.get_by_text("Connection lost.")).to_be_visible()
    rows.interaction("Meanwhile", rows.customer("Jonas Feld"), 1031)
    again = replace(services, feed=LiveFeed(PostgresChanges(database)))
    async with serving(again, port):
        await expect(page.locator(".list .row")).to_contain_text("Jonas Feld")
        await expect(page.get_by_text("Connection lost.")).to_be_hidden()


async def test_a_privacy_officers_page_of_a_customer_is_live(
    page, desk, rows, services
):
    story.tell(rows)
    marta = uid("Marta Quiroga")
    await page.goto(demo_link(desk, "pia", services.demo_secret))
    await page.goto(f"{desk}/customers/{marta}")
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")
    rows.contact(uid("text"), marta, "One more thing", 0, sender_name="Marta Quiroga")
    rows.notify(json.dumps({"customer": [marta.hex]}))
    await expect(page.locator(".conversation")).to_contain_text("One more thing")


async def test_a_tag_that_is_being_typed_outlives_what_arrives(
    page, desk, rows, services
):
    key = rows.interaction("Order 20422", rows.customer("Jonas Feld"), 1031)
    await log_in(page, desk)
    await page.goto(f"{desk}/interactions/{key}")
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")
    tag = page.get_by_label("Add a tag")
    await page.keyboard.press("g")
    await page.keyboard.type("la")
    move(rows, agent="ben", state="handling")
    rows.notify(arrived(key))
    await expect(page.locator(".head .status")).to_contain_text("Ben")
    await expect(tag).to_be_focused()
    await page.keyboard.type("mps")
    await expect(tag).to_have_value("lamps")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Add a tag")).to_have_value("")
    assert services.desk.asked[-1][0] == "tag"


async def test_a_page_with_nothing_live_does_not_connect(page, desk, services):
    await page.goto(demo_link(desk, "ivy", services.demo_secret))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{desk}/account")
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/live" in url] == []


def move(rows, **values):
    settings = ", ".join(f"{name} = '{value}'" for name, value in values.items())
    for table in ("queue_board_v1", "interaction_view_v1"):
        rows.run(f"UPDATE touchline_views.{table} SET waiting_since = NULL, {settings}")


async def test_an_operator_sees_the_status_beside_the_queues_and_it_stays(
    page, desk, rows, services
):
    await page.goto(demo_link(desk, "omar", services.demo_secret))
    lag = page.locator(".status-view tbody th")
    await expect(lag).to_have_text("relay")

    key = rows.interaction("Where is order 20422?", rows.customer("Jonas Feld"), 1031)
    rows.notify(arrived(key))

    await expect(page.locator(".queue .count").first).to_contain_text("1")
    await expect(lag).to_have_text("relay")
