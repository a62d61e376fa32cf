"""A supervisor's board in a real browser: many rows, one command; filters; alerts."""

import json

import pytest
from playwright.async_api import expect

from hub.web.demo import demo_link
from tests.acceptance.web.sight import in_sight, out_of_sight

COUNT_TONES = """() => {
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) {
        document.body.dataset.tones = Number(document.body.dataset.tones ?? 0) + 1;
        start.call(this, at);
    };
}"""

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def work(rows):
    """Three that wait, the longest first."""
    customer = rows.customer("Jonas Feld", "email:jonas@feld.example")
    return [
        rows.interaction(f"Order {number}", customer, number, 100 - number)
        for number in (1, 2, 3)
    ]


@pytest.fixture
async def board(page, desk, services, work):
    await page.goto(demo_link(desk, "sue", services.demo_secret))
    await expect(page.locator("#link")).to_have_attribute("data-state", "live")
    await expect(page.locator(".list .row")).to_have_count(len(work))
    return page


def picked(page):
    return page.locator('.list input[name="pick"]:checked')


async def test_rows_are_selected_by_keyboard_and_get_one_command(
    board, services, work, rows
):
    await board.keyboard.press("j")
    await board.keyboard.press("x")
    await board.keyboard.press("j")
    await board.keyboard.press("j")
    await board.keyboard.press("Shift+X")
    await expect(board.get_by_text("3 selected")).to_be_visible()

    rows.run("UPDATE touchline_views.queue_board_v1 SET subject = 'Changed'")
    rows.notify(json.dumps({"interaction": [work[0].hex]}))
    await expect(board.get_by_text("Changed").first).to_be_visible()
    await expect(picked(board)).to_have_count(3)

    await board.locator("summary", has_text="Tag").click()
    await board.get_by_label("Add, with commas between").fill("lamp, vip")
    await board.keyboard.press("Enter")
    await expect(board.get_by_text("Done for 3.")).to_be_visible()
    await expect(picked(board)).to_have_count(0)
    asked = [one for one in services.desk.asked if one[0] == "tag"]
    assert asked == [("tag", key, "sue", ("lamp", " vip"), ()) for key in work]


async def test_what_is_gone_from_the_page_is_not_selected_any_more(board, rows, work):
    await board.keyboard.press("a")
    await expect(picked(board)).to_have_count(3)
    rows.run("UPDATE touchline_views.queue_board_v1 SET state = 'closed',"
             " waiting_since = NULL WHERE number = 1")  # fmt: skip
    rows.notify(json.dumps({"interaction": [work[0].hex]}))
    await expect(board.get_by_text("2 selected")).to_be_visible()
    await board.keyboard.press("a")
    await expect(picked(board)).to_have_count(0)


async def test_the_view_is_in_the_address_and_the_browser_remembers_it(board, desk):
    await board.keyboard.press("f")
    await board.get_by_label("Sort by").select_option("number")
    await expect(board.locator(".list .row .number").first).to_have_text("#3")
    assert "sort=number" in board.url
    await board.goto(desk)
    await expect(board.locator(".list .row .number").first).to_have_text("#3")


async def test_many_queues_are_narrowed_by_a_word(page, desk, rows, services):
    customer = rows.customer("Jonas Feld")
    for number in range(20):
        rows.interaction(f"i{number}", customer, number, 5, queue=f"queue-{number:02}")
    await page.goto(demo_link(desk, "sue", services.demo_secret))
    await page.keyboard.press("q")
    await page.keyboard.type("queue-07")
    await expect(page.locator("#queue-list li:visible")).to_have_count(1)


async def test_new_work_sounds_only_when_somebody_asked_for_it(board, rows, work):
    await board.evaluate(COUNT_TONES)
    tones = board.locator("body")
    await board.get_by_label("When work arrives").click()
    await board.get_by_label("A short, quiet tone").check()
    await expect(tones).to_have_attribute("data-tones", "2")

    key = rows.interaction("New", rows.customer("Eve"), 9, -1)
    rows.notify(json.dumps({"interaction": [key.hex]}))
    await expect(tones).to_have_attribute("data-tones", "4")
    async with board.expect_response("**/board/waiting"):
        rows.notify(json.dumps({"interaction": [work[0].hex]}))
    await expect(tones).to_have_attribute("data-tones", "4")


async def test_a_tab_that_nobody_looks_at_counts_what_waits(board, rows):
    await out_of_sight(board)
    key = rows.interaction("New", rows.customer("Eve"), 9, -1)
    rows.notify(json.dumps({"interaction": [key.hex]}))
    await expect(board).to_have_title("(4) Board · touchline")
    await expect(board.locator(".list .row")).to_have_count(3)
    await in_sight(board)
    await expect(board.locator(".list .row")).to_have_count(4)
