"""Metrics over queue visits and handlings: in the API, and on the wallboard."""

from dataclasses import replace
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.web.wallboard import ZONE
from projections import queue_visits
from tests.integration.web.rows import uid
from tests.unit.web import kit

HOUR = {"from": "2026-11-20T09:00:00Z", "to": "2026-11-20T10:00:00Z"}
NOTHING = {
    "arrived": 0,
    "answered": 0,
    "answered_in_time": 0,
    "abandoned": 0,
    "flowed_out": 0,
    "handled": 0,
    "service_level": None,
    "speed_of_answer": None,
    "handle_time": None,
}


@pytest.fixture
async def services(url, blobs):
    roles = {"sue": "supervisor", "ana": "agent", "ben": "agent"}
    people = [kit.person(name, role) for name, role in roles.items()]
    made = kit.web(*people, url=url, blobs=blobs)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def sue(services):
    """The supervisor's browser."""
    async with await kit.logged_in(services, "sue") as browser:
        yield browser


@pytest.fixture
def visit(rows):
    """Writes a stay in a queue that began so many minutes ago, and lasted seconds."""

    def write(name, minutes, lasted=None, outcome="", **more):
        ended = (
            None if lasted is None else rows.ago(minutes) + timedelta(seconds=lasted)
        )
        row = {
            "interaction_id": uid(name),
            "number": 1,
            "queue": "orders",
            "channel": "phone",
            "entered_at": rows.ago(minutes),
            "ended_at": ended,
            "outcome": outcome,
        }
        rows.write(queue_visits.VISITS, row | more)

    return write


@pytest.fixture
def handling(rows):
    """Writes an agent's span that began so many minutes ago, and lasted seconds."""

    def write(name, minutes, lasted=None, **more):
        ended = (
            None if lasted is None else rows.ago(minutes) + timedelta(seconds=lasted)
        )
        row = {
            "interaction_id": uid(name),
            "number": 1,
            "agent": "ana",
            "queue": "orders",
            "channel": "phone",
            "began_at": rows.ago(minutes),
            "wrap_up_at": None,
            "ended_at": ended,
        }
        rows.write(queue_visits.HANDLINGS, row | more)

    return write


async def measured(browser, **asked):
    answer = await browser.get("/api/v1/metrics/queues", params={**HOUR, **asked})
    assert answer.status_code == 200
    return answer.json()["items"]


async def test_service_level_counts_who_was_answered_in_time(sue, visit):
    visit("quick", 20, 20, "answered")
    visit("slow", 19, 40, "answered")
    visit("gave up", 18, 5, "abandoned")
    visit("moved", 17, 5, "flow_out")
    (item,) = await measured(sue)
    assert item == NOTHING | {
        "queue": "orders",
        "channel": "phone",
        "at": "2026-11-20T09:00:00Z",
        "arrived": 4,
        "answered": 2,
        "answered_in_time": 1,
        "abandoned": 1,
        "flowed_out": 1,
        "service_level": pytest.approx(1 / 3),
        "speed_of_answer": 30,
    }


async def test_how_soon_is_in_time_is_for_the_asker_to_say(sue, visit):
    visit("slow", 19, 40, "answered")
    (item,) = await measured(sue, within=40)
    assert item["service_level"] == 1


async def test_an_answer_counts_in_the_interval_of_the_answer(sue, visit):
    visit("over the quarter", 20, 600, "answered")
    arrival, answer = await measured(sue, interval=15)
    assert (arrival["at"], arrival["arrived"]) == ("2026-11-20T09:00:00Z", 1)
    assert (answer["at"], answer["answered"]) == ("2026-11-20T09:15:00Z", 1)


async def test_a_handling_counts_when_it_ends_wrap_up_included(sue, handling, rows):
    handling("call", 30, 300, wrap_up_at=rows.ago(27))
    handling("going on", 20)
    handling("noted when it was over", 10, 0)
    (item,) = await measured(sue)
    assert (item["handled"], item["handle_time"]) == (1, 300)


async def test_what_happened_outside_the_period_does_not_count(sue, visit):
    visit("before", 31, 1, "answered")
    visit("yesterday", 60 * 24, 1, "answered")
    assert await measured(sue) == []


async def test_what_happened_in_a_removed_queue_is_its_successors(sue, services, visit):
    visit("quick", 20, 20, "answered")
    visit("press", 20, 40, "answered", queue="press")
    configured = services.configured
    configured.now = replace(configured.now, heirs={"press": "orders"})
    (item,) = await measured(sue)
    assert (item["queue"], item["answered"], item["speed_of_answer"]) == (
        "orders",
        2,
        30,
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"to": HOUR["from"]},
        {"from": "2026-01-01T00:00:00Z"},
    ],
    ids=["backwards", "too long"],
)
async def test_a_period_goes_forward_and_is_not_too_long(sue, asked):
    answer = await sue.get("/api/v1/metrics/queues", params={**HOUR, **asked})
    assert answer.status_code == 409
    assert "31 days" in answer.text


async def page(browser, address="/wallboard"):
    answer = await browser.get(address)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def tiles(tree):
    terms = [one.text(strip=True) for one in tree.css(".tiles dt")]
    shown = [one.text(strip=True) for one in tree.css(".tiles dd")]
    return dict(zip(terms, shown, strict=True))


def hours(tree):
    lines = tree.css(".day tbody tr")
    return [[cell.text() for cell in line.css("th, td")] for line in lines]


async def test_the_day_is_that_of_the_viewers_clock(sue, visit):
    visit("late in New York", 60 * 6, 5, "answered")
    assert hours(await page(sue)) == [["03:00", "1", "0", "0"]]
    sue.cookies.set(ZONE, "America/New_York")
    assert hours(await page(sue)) == []
    yesterday = await page(sue, "/wallboard?day=2026-11-19")
    assert hours(yesterday) == [["22:00", "1", "0", "0"]]


async def test_half_hours_can_be_chosen(sue, visit):
    visit("a", 10, 5, "answered")
    visit("b", 15, 5, "abandoned")
    visit("c", 35)
    tree = await page(sue, "/wallboard?step=30")
    assert hours(tree) == [["08:30", "1", "0", "0"], ["09:00", "2", "0", "1"]]


async def test_a_day_in_which_the_clocks_change_has_all_its_hours(sue):
    sue.cookies.set(ZONE, "Europe/Berlin")
    tree = await page(sue, "/wallboard?day=2026-10-25")
    assert len(tree.css(".hours span")) == 25


async def test_it_shows_what_waits_now_and_what_happened_to_calls(sue, rows, visit):
    rows.interaction("waits", rows.customer("Ana"), 7, 12)
    visit("quick", 20, 20, "answered")
    visit("gave up", 18, 5, "abandoned")
    visit("mail", 40, 600, "answered", channel="email")
    shown = tiles(await page(sue))
    assert (shown["Waiting now"], shown["Arrived"]) == ("1", "3")
    assert (shown["Calls in 20 s"], shown["ASA of calls"]) == ("50%", "20 s")


async def test_one_queue_can_be_looked_at(sue, visit):
    visit("here", 20, 20, "answered")
    visit("there", 20, 20, "answered", queue="billing")
    tree = await page(sue, "/wallboard?queue=billing")
    assert tiles(tree)["Arrived"] == "1"
    assert len(tree.css(".by-queue tbody tr")) == 4


async def test_it_shows_who_is_doing_what_and_who_is_free(
    sue, services, rows, handling
):
    await kit.logged_in(services, "ana")
    rows.interaction("call", rows.customer("Eve"), 7, None, agent="ana")
    handling("call", 3, wrap_up_at=rows.ago(1))
    handling("over", 90, 60 * 60, agent="ben")
    agents = (await page(sue)).css(".agents li")
    ana, ben, idle = [" ".join(one.text(separator=" ").split()) for one in agents]
    assert "Ana #7 Wrap-up" in ana
    assert "Ben Free for" in ben
    assert "Not logged in" in ben
    assert "nothing in hand" in idle


async def test_a_day_without_anything_says_so(sue):
    assert "Nothing happened yet." in (await page(sue)).css_first(".day").text()


async def test_a_live_view_gets_only_what_changes(sue):
    answer = await sue.get("/wallboard", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "by-queue" in answer.text


@pytest.mark.parametrize(
    "asked", ["day=tomorrow", "day=9999-12-31", "day=0001-01-01", "step=7"]
)
async def test_what_cannot_be_shown_is_refused_in_words(sue, asked):
    sue.cookies.set(ZONE, "Europe/Berlin")
    answer = await sue.get(f"/wallboard?{asked}")
    assert answer.status_code == 409
