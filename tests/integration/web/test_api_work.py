"""Open work, mentions, drafts and people in the JSON API, as on the pages."""

from uuid import uuid4

import pytest

from hub.application.drafts import Place
from projections import queue_visits
from tests.integration.web import story
from tests.integration.web.rows import uid
from tests.unit.web import kit


async def read(browser, path, **parameters):
    answer = await browser.get(f"/api/v1{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def numbers(browser, **asked):
    return [one["number"] for one in (await read(browser, "/work", **asked))["items"]]


@pytest.fixture
def work(rows):
    """Four pieces of work: one waits, one is Ana's, one Ben's, one Ana set aside."""
    eve = rows.customer("Eve")
    rows.interaction("waits", eve, 1, 30, tags=["vip"], priority="high")
    rows.interaction("hers", eve, 2, None, agent="ana", queue="billing")
    rows.interaction("his", eve, 3, None, agent="ben")
    later = {"state": "deferred", "follow_up_at": rows.ago(-60)}
    rows.interaction("later", eve, 4, None, agent="ana", **later)


@pytest.mark.usefixtures("work")
async def test_work_is_filtered_as_on_the_board(ana):
    assert await numbers(ana) == [1, 2, 3]
    assert await numbers(ana, queue="billing") == [2]
    assert await numbers(ana, tag="VIP", priority="high", state="waiting") == [1]
    assert await numbers(ana, agent="ben") == [3]
    assert await numbers(ana, sort="number") == [3, 2, 1]
    assert await numbers(ana, later=True) == [4]


@pytest.mark.usefixtures("work")
async def test_ones_own_work_is_in_hand_or_set_aside(ana, ben):
    assert await numbers(ana, mine=True) == [2]
    assert await numbers(ana, mine=True, later=True) == [4]
    assert await numbers(ben, mine=True, agent="ana") == [3]


@pytest.mark.usefixtures("work")
async def test_work_comes_page_by_page(ana):
    first = await read(ana, "/work", limit=2)
    second = await read(ana, "/work", limit=2, cursor=first["next"])
    found = [one["number"] for one in first["items"] + second["items"]]
    assert (found, second["next"]) == ([1, 2, 3], "")


@pytest.mark.parametrize("asked", [{"sort": "colour"}, {"state": "closed"}])
async def test_what_the_board_cannot_be_asked_for_is_refused(ana, asked):
    answer = await ana.get("/api/v1/work", params=asked)
    assert answer.status_code == 422


async def test_notes_that_call_somebody_are_theirs(ana, ben, rows):
    key = story.tell(rows)
    for number in (1, 2):
        called = {"mentions": ["ana"], "occurred_at": rows.ago(number)}
        rows.note(key, "ben", f"@ana look {number}", **called)
    first = await read(ana, "/mentions", limit=1)
    second = await read(ana, "/mentions", limit=1, cursor=first["next"])
    texts = [one["text"] for one in first["items"] + second["items"]]
    assert (texts, second["next"]) == (["@ana look 1", "@ana look 2"], "")
    assert (await read(ben, "/mentions"))["items"] == []


async def test_a_draft_is_kept_read_and_thrown_away(ana, ben, rows, services):
    key = story.tell(rows)
    path = "/interactions/1024/drafts/reply"
    begun = {"text": "Half a sen\x00", "fields": {"to": "marta@\x00"}}
    assert (await ana.put(f"/api/v1{path}", json=begun)).status_code == 204
    found = await read(ana, path)
    assert (found["text"], found["fields"]) == ("Half a sen", {"to": "marta@"})
    assert (await ben.get(f"/api/v1{path}")).status_code == 404
    company = (await read(ben, f"/interactions/{key}/presence"))["items"]
    assert company == [{"agent": "ana", "doing": "begun"}]
    for _ in range(2):
        assert (await ana.delete(f"/api/v1{path}")).status_code == 204
    assert (await ana.get(f"/api/v1{path}")).status_code == 404
    assert await services.drafts.of(Place("ana", key).person, key) == []


@pytest.mark.parametrize("rest", ["drafts/note", "presence"])
async def test_nothing_is_known_of_what_is_not_there(ana, rest):
    answer = await ana.get(f"/api/v1/interactions/{uuid4()}/{rest}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.usefixtures("ana")
async def test_a_supervisor_reads_who_is_doing_what(ben, rows):
    rows.interaction("call", rows.customer("Eve"), 7, None, agent="ana")
    span = {
        "interaction_id": uid("call"),
        "number": 1,
        "agent": "ana",
        "queue": "orders",
        "channel": "phone",
        "began_at": rows.ago(3),
        "wrap_up_at": None,
        "ended_at": None,
    }
    rows.write(queue_visits.HANDLINGS, span)
    first, second = (await read(ben, "/agents/now"))["items"]
    assert (first["agent"], first["name"], first["logged_in"]) == ("ana", "Ana", True)
    assert [one["number"] for one in first["work"]] == [7]
    assert (second["agent"], second["work"], second["ended_at"]) == ("ben", [], None)


async def test_agents_do_not_read_what_their_colleagues_do(ana):
    assert (await ana.get("/api/v1/agents/now")).status_code == 403


async def test_a_program_has_no_work_of_its_own(services, rows):
    rows.interaction("hers", rows.customer("Eve"), 2, None, agent="ana")
    key = await services.accounts.issue_key("crm", ["integrator"])
    async with kit.client(services) as program:
        program.headers["Authorization"] = f"Bearer {key}"
        assert await numbers(program, mine=True) == []
        assert await numbers(program) == [2]
