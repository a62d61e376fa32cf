"""Pages and API of calls."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy.ext.asyncio import create_async_engine

from hub.application.calls import WrapUp
from hub.application.errors import RefusedError
from hub.web.missed import MissedCalls
from tests.integration.web import calling
from tests.integration.web.calling import NUMBER, call
from tests.unit.web import kit


@pytest.fixture
def marta(rows):
    return rows.customer("Marta Quiroga", f"phone:{NUMBER}")


async def page(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def texts(tree, selector):
    return [" ".join(node.text().split()) for node in tree.css(selector)]


async def test_a_ring_says_who_calls_how_well_known_and_what_is_open(ana, rows, marta):
    rows.contact(rows.interaction("A lamp", marta, 7), marta, "Cracked!", 30)
    call(rows, "call", marta, 1, ("ringing", 1, "ana"), state="waiting")
    tree = await page(ana, "/phone/ringing")
    assert texts(tree, ".pop .caller strong") == ["Marta Quiroga"]
    assert texts(tree, ".pop .caller .state") == ["Known"]
    assert texts(tree, ".pop .caller .tag") == ["Orders and delivery"]
    assert texts(tree, ".pop .subject") == ["A lamp", "Cracked!"]
    (way,) = tree.css(".pop [data-hotkey=F2]")
    assert (await ana.get(way.attributes["href"])).status_code == 200


async def test_nothing_rings_at_others(services, rows, marta):
    call(rows, "call", marta, 1, ("ringing", 1, "ben"), state="waiting")
    ana = await kit.logged_in(services, "ana")
    assert (await page(ana, "/phone/ringing")).css(".pop") == []


async def test_a_hostile_name_is_text_in_a_ring(ana, rows):
    bad = rows.customer('<script>alert("x")</script>')
    call(rows, "call", bad, 1, ("ringing", 1, "ana"))
    tree = await page(ana, "/phone/ringing")
    assert tree.css("script") == []


async def test_a_finished_call_tells_its_course(ana, rows, marta):
    heard = ("ringing", 5), ("answered", 4.5, "ana"), ("held", 3), ("resumed", 2.5)
    done = {"state": "closed", "disposition": "solved", "closed_at": rows.ago(0.5)}
    key = call(rows, "call", marta, 1, *heard, ("ended", 1), **done)
    tree = await page(ana, f"/interactions/{key}")
    (told,) = texts(tree, ".call .course .dim")
    assert told == (
        "Answered by Ana. Rang 30 s, talked 3 min 30 s, on hold 30 s."
        " Wrap-up took 30 s."
    )
    assert texts(tree, ".message .text, .message p.dim") == [told.split(" Wrap")[0]]
    assert len(tree.css(".call .fold li")) == 5


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        ([("ringing", 1)], "Ringing"),
        ([("ringing", 2), ("answered", 1, "ana")], "In call"),
        ([("ringing", 2), ("answered", 1, "ana"), ("held", 0.5)], "On hold"),
    ],
    ids=["rings", "talks", "held"],
)
async def test_a_call_that_goes_on_has_a_timer(ana, rows, marta, heard, says):
    key = call(rows, "call", marta, 1, *heard, agent="ana")
    tree = await page(ana, f"/interactions/{key}/desk")
    assert texts(tree, ".call .course strong") == [says]
    assert len(tree.css(".call .course [data-timer]")) == 1
    assert tree.css("form.wrap-up") == []


@pytest.fixture
def wrapping(rows, marta):
    heard = ("ringing", 5), ("answered", 4, "ana"), ("ended", 1)
    return call(rows, "call", marta, 1, *heard, state="wrap_up", agent="ana")


async def test_after_a_call_who_had_it_wraps_up_in_one_form(ana, wrapping, services):
    tree = await page(ana, f"/interactions/{wrapping}")
    form = tree.css_first("form.wrap-up")
    request = form.css_first("[name=request]").attributes["value"]
    said = {"request": request, "disposition": "answered", "text": " Sends it, @ana. "}
    answer = await ana.post(f"/interactions/{wrapping}/finish", data=said)
    assert answer.status_code == 303
    ((what, key, actor, done),) = services.calls.asked
    assert (what, key, actor) == ("finish", wrapping, "ana")
    assert (done.disposition, done.note) == ("answered", "Sends it, @ana.")
    assert (str(done.request), done.mentions) == (request, ("ana",))


async def test_a_wrap_up_that_was_begun_is_a_draft(ana, wrapping):
    tree = await page(ana, f"/interactions/{wrapping}")
    place = tree.css_first("form.wrap-up").attributes["data-draft"]
    said = {"text": "She sends", "fields": {"disposition": "solved"}}
    saved = (await ana.put(place, json=said)).json()["saved_at"]
    form = (await page(ana, f"/interactions/{wrapping}")).css_first("form.wrap-up")
    assert form.attributes["data-saved-at"] == saved
    assert form.css_first("textarea").text() == "She sends"
    assert form.css_first("option[selected]").attributes["value"] == "solved"
    assert texts(await page(ana, "/drafts"), ".drafts .tag") == ["Wrap-up"]


async def test_a_program_may_begin_a_wrap_up_without_its_end(ana, wrapping):
    await ana.put(f"/interactions/{wrapping}/drafts/wrap-up", json={"text": "Begun"})
    form = (await page(ana, f"/interactions/{wrapping}")).css_first("form.wrap-up")
    assert form.css_first("textarea").text() == "Begun"


async def test_my_work_on_the_board_says_what_is_to_be_wrapped_up(ana, wrapping):
    tree = await page(ana, "/")
    assert texts(tree, ".own .row .state") == ["Wrap-up"]


async def test_a_call_whose_end_never_came_says_so(ana, rows, marta):
    heard = ("ringing", 300), ("answered", 299, "ana"), ("lost", 50)
    key = call(rows, "call", marta, 1, *heard, state="wrap_up", agent="ana")
    tree = await page(ana, f"/interactions/{key}")
    assert texts(tree, ".call .course .dim") == ["Its end was never signalled."]
    assert len(tree.css("form.wrap-up")) == 1


async def test_others_see_no_wrap_up_of_it(ana, rows, marta):
    heard = ("ringing", 5), ("answered", 4, "ben"), ("ended", 1)
    key = call(rows, "call", marta, 1, *heard, state="wrap_up", agent="ben")
    tree = await page(ana, f"/interactions/{key}")
    assert texts(tree, ".call .course strong") == ["Wrap-up"]
    assert tree.css("form.wrap-up") == []


async def test_missed_calls_are_listed_and_called_back(ana, rows, marta, services):
    key = calling.missed(rows, "call", marta, 1, 30)
    tree = await page(ana, "/calls/missed")
    assert texts(tree, ".missed-call .who") == ["Marta Quiroga"]
    (number,) = tree.css(".missed-call a.tel")
    assert number.attributes["href"] == f"tel:{NUMBER}"
    (form,) = tree.css(".missed-call form")
    answer = await ana.post(form.attributes["action"])
    assert answer.headers["location"].startswith(f"/interactions/{key}?after=")
    assert services.calls.asked == [("call_back", key, "ana")]


async def test_calling_back_what_somebody_has_is_refused(ana, rows, marta, services):
    key = calling.missed(rows, "call", marta, 1, 30)
    services.calls.refusal = RefusedError("ben has this interaction.")
    answer = await ana.post(f"/interactions/{key}/call-back")
    assert answer.status_code == 409
    assert "ben has this interaction." in answer.text


async def test_filters_are_in_the_address(ana, rows, marta):
    calling.missed(rows, "call", marta, 1, 30, queue="billing")
    tree = await page(ana, "/calls/missed?status=all&queue=orders&days=30")
    assert texts(tree, ".missed-filters [aria-current]") == ["All"]
    assert texts(tree, ".empty strong") == ["There is none."]
    assert (await ana.get("/calls/missed?status=nonsense")).status_code == 422
    assert (await ana.get("/calls/missed?cursor=nonsense")).status_code == 422


async def test_pages_of_missed_calls_lead_to_the_next(ana, rows):
    for number in range(1, 53):
        person = rows.customer(f"person {number}")
        calling.missed(rows, f"call {number}", person, number, number)
    tree = await page(ana, "/calls/missed")
    assert len(tree.css(".missed-call")) == 50
    (way,) = tree.css(".pages a")
    assert len((await page(ana, way.attributes["href"])).css(".missed-call")) == 2


async def test_a_missed_call_offers_to_call_back_on_its_own_page(ana, rows, marta):
    key = calling.missed(rows, "call", marta, 1, 30)
    tree = await page(ana, f"/interactions/{key}")
    (form,) = tree.css(".call form")
    assert form.attributes["action"] == f"/interactions/{key}/call-back"


async def test_a_customers_page_tells_how_calls_went(ana, rows, marta):
    tried = ("ringing", 9), ("ended", 8)
    call(rows, "tried", marta, 1, *tried, direction="out", state="closed")
    calling.missed(rows, "missed", marta, 2, 30)
    tree = await page(ana, f"/customers/{marta}")
    assert texts(tree, ".message p.dim") == [
        "Missed. Rang 1 min.",
        "We called, no answer. Rang 1 min.",
    ]


async def test_the_api_tells_who_rings_and_what_was_missed(ana, rows, marta):
    call(rows, "call", marta, 1, ("ringing", 1, "ana"))
    new = rows.customer("Jonas Feld")
    calling.missed(rows, "missed", new, 2, 30)
    rings = (await ana.get("/api/v1/calls/ringing")).json()["items"]
    assert [(one["number"], one["level"]) for one in rings] == [(1, "known")]
    found = (await ana.get("/api/v1/calls/missed")).json()
    assert [(one["number"], one["status"]) for one in found["items"]] == [(2, "open")]
    assert found["next"] == ""


async def test_the_api_calls_back_and_finishes(ana, rows, marta, services):
    key = calling.missed(rows, "call", marta, 1, 30)
    assert (await ana.post("/api/v1/interactions/1/call-back")).status_code == 200
    request = uuid4()
    body = {"disposition": "answered", "note": "Told her.", "request": str(request)}
    answer = await ana.post(f"/api/v1/interactions/{key}/finish", json=body)
    assert answer.status_code == 200
    assert services.calls.asked == [
        ("call_back", key, "ana"),
        ("finish", key, "ana", WrapUp("answered", request, "Told her.", ())),
    ]


@pytest.mark.parametrize("topic", ["agent:ben", "agent:Ana"])
async def test_nobody_watches_the_rings_of_others(ana, topic):
    answer = await ana.get(f"/live?topics={topic}")
    assert answer.status_code == 403


async def test_missed_calls_are_counted_once_for_everybody(services, rows, marta):
    calling.missed(rows, "call", marta, 1, 30)
    feed = services.feed
    watching = feed.subscribe(["missed"], feed.position)
    counted = MissedCalls(services)
    counting = asyncio.create_task(counted.run())
    told = await watching.next()
    counting.cancel()
    assert b'{"missed":1}' in told
    assert counted.count == 1


async def test_a_shortage_of_connections_does_not_end_the_count(
    services, rows, marta, url
):
    calling.missed(rows, "call", marta, 1, 30)
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    counted = MissedCalls(replace(services, engine=engine))
    async with engine.connect():
        await counted.tell()
    assert counted.count == 0
    await counted.tell()
    assert counted.count == 1
    await engine.dispose()


async def test_a_text_that_no_column_can_hold_is_refused(ana):
    answer = await ana.get("/api/v1/calls/missed?queue=%00")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


async def test_an_extension_that_is_nobodys_is_called_one(ana, rows, marta):
    heard = ("ringing", 5), ("answered", 4.5, "201"), ("ended", 1)
    done = {"state": "closed", "disposition": "solved", "closed_at": rows.ago(1)}
    key = call(rows, "call", marta, 1, *heard, **done)
    tree = await page(ana, f"/interactions/{key}")
    (told,) = texts(tree, ".call .course .dim")
    assert told.startswith("Answered by extension 201.")


async def test_a_call_that_was_noted_by_hand_does_not_ring(ana, rows, marta):
    noted = rows.interaction("Noted call", marta, 1, 5, channel="phone")
    other = rows.interaction("Order", marta, 2, 5)
    tree = await page(ana, f"/interactions/{other}")
    assert f"/interactions/{noted}" in tree.html
    assert texts(tree, ".others .state") == ["Waiting"]
