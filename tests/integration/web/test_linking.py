"""Putting interactions right, on the page and in the API."""

from uuid import UUID

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.application.errors import RefusedError
from hub.domain.handing_over import Actor
from projections import interaction_steps, marked_senders
from tests.integration.web import story
from tests.integration.web.rows import uid
from tests.unit.web import kit

REQUEST = UUID(int=5)


@pytest.fixture
async def services(url):
    people = [kit.person("ana", "agent"), kit.person("sue", "supervisor")]
    made = kit.web(*people, url=url)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def sue(services):
    """A supervisor's browser."""
    browser = await kit.logged_in(services, "sue")
    browser.headers["X-CSRF-Token"] = "csrf-sue"
    async with browser:
        yield browser


@pytest.fixture
def key(rows):
    return story.tell(rows)


def close(rows, disposition, **values):
    settings = {"state": "closed", "disposition": disposition, **values}
    for name, value in settings.items():
        rows.run(f"UPDATE touchline_views.interaction_view_v1 SET {name} = '{value}'")


def step(rows, key, what, version=9, **detail):
    row = {"actor": "ben", "occurred_at": rows.now, "detail": detail}
    ids = {"interaction_id": key, "version": version, "what": what}
    rows.write(interaction_steps.TABLE, row | ids)


async def tree(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def actions(found, within=".ties"):
    """The last part of where each form leads."""
    forms = found.css(f"{within} form")
    return [form.attributes["action"].rpartition("/")[2] for form in forms]


async def test_a_closing_can_be_undone_where_it_is_seen(ana, rows, key):
    close(rows, "solved")
    found = await tree(ana, f"/interactions/{key}")
    assert actions(found) == ["undo-close"]
    assert "Closed as Solved." in found.css_first(".ties").text()
    assert found.css_first(".ties [data-hotkey]").attributes["data-hotkey"] == "z"


@pytest.mark.parametrize(
    ("disposition", "offered"),
    [("spam", ["not-spam"]), ("abandoned", []), ("taken_back", [])],
)
async def test_not_every_closing_has_the_same_way_back(
    ana, rows, key, disposition, offered
):
    close(rows, disposition)
    assert actions(await tree(ana, f"/interactions/{key}")) == offered


async def test_a_part_leads_to_the_whole_and_back(ana, rows, key):
    close(rows, "merged", merged_into=uid("text"))
    found = await tree(ana, f"/interactions/{key}")
    assert actions(found) == ["undo-merge"]
    assert (
        found.css_first(".tie a").attributes["href"] == f"/interactions/{uid('text')}"
    )
    assert found.css("[data-hotkey=o]") == []


async def test_steps_tell_who_did_what_and_offer_the_way_back(ana, rows, key):
    step(rows, key, "InteractionTaken", 2)
    step(rows, key, "InteractionLinked", 3, other=str(uid("text")))
    step(rows, key, "FromTheFuture", 4)
    found = await tree(ana, f"/interactions/{key}")
    said = [" ".join(li.text().split()) for li in found.css(".steps li")]
    assert ["ben FromTheFuture" in said[0], "linked it" in said[1]] == [True, True]
    assert actions(found, ".steps") == actions(found) == ["undo-link"]


@pytest.mark.parametrize(
    ("path", "form", "asked"),
    [
        ("undo-close", {}, ("undo_close",)),
        ("link", {"other": "#1019"}, ("link", uid("text"))),
        ("undo-link", {"other": uid("text")}, ("undo_link", uid("text"))),
        ("undo-merge", {"other": uid("text")}, ("undo_merge", uid("text"))),
        ("undo-split", {"other": uid("text")}, ("undo_split", uid("text"))),
        ("undo-attribution", {}, ("undo_attribution",)),
        ("attribute", {"customer": REQUEST}, ("attribute", REQUEST)),
        (
            "attribute",
            {"name": " Carla ", "request": REQUEST},
            ("attribute_to_new", "Carla", REQUEST),
        ),
        (
            "split",
            {"touchpoint": [REQUEST, REQUEST], "queue": "billing", "request": REQUEST},
            ("split", [REQUEST, REQUEST], "billing", REQUEST),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_buttons_do_what_they_say(ana, services, key, path, form, asked):
    data = {
        name: [*map(str, value)] if isinstance(value, list) else str(value)
        for name, value in form.items()
    }
    answer = await ana.post(f"/interactions/{key}/{path}", data=data)
    assert answer.status_code == 303, answer.text
    what, *rest = asked
    assert services.linking.asked == [(what, key, "ana", *rest)]


async def test_either_side_becomes_the_part_of_a_merge(ana, services, key):
    other, me = uid("text"), Actor("ana")
    for part in (key, other):
        form = {"other": str(other), "part": str(part)}
        await ana.post(f"/interactions/{key}/merge", data=form)
    assert services.linking.asked == [
        ("merge", key, me, other),
        ("merge", other, me, key),
    ]


async def test_spam_and_no_spam(ana, services, key):
    await ana.post(f"/interactions/{key}/spam")
    await ana.post(f"/interactions/{key}/not-spam")
    assert services.spam.asked == [
        ("mark", key, Actor("ana")),
        ("bring_back", key, "ana"),
    ]


async def test_a_merge_is_looked_at_from_both_sides_first(ana, key):
    path = f"/interactions/{key}/merge"
    chosen = await tree(ana, path)
    assert "1019" in chosen.css_first("form.stack .line").text()
    both = await tree(ana, f"{path}?other=%231019")
    titles = [half.text() for half in both.css(".half .number")]
    assert titles == ["#1024", "#1019"]
    assert both.css(".linking [role=alert]") == []
    foreign = await tree(ana, f"{path}?other=1031")
    assert "different customers" in foreign.css_first(".linking [role=alert]").text()


@pytest.mark.parametrize("other", ["9999999", "1024", "x"])
async def test_what_cannot_be_merged_with_is_told_where_one_chooses(ana, key, other):
    found = await tree(ana, f"/interactions/{key}/merge?other={other}")
    assert found.css_first(".linking [role=alert]").text()
    assert found.css("input[name=other]")


async def test_messages_and_customers_to_choose_from(ana, key):
    split = await tree(ana, f"/interactions/{key}/split")
    assert len(split.css("input[name=touchpoint]")) == 2
    assert split.css_first("option[selected]").attributes["value"] == "orders"
    found = await tree(ana, f"/interactions/{key}/attribute?q=jonas")
    assert "Jonas Feld" in found.css_first("button[name=customer]").text()
    nobody = await tree(ana, f"/interactions/{key}/attribute?q=nobody")
    assert "Nobody else" in nobody.css_first("#linking-found").text()


async def test_a_dialog_is_a_part_of_a_page_for_scripts(ana, key):
    path = f"/interactions/{key}/link"
    part = await ana.get(path, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'id="linking-title"' in part.text
    assert (await ana.get(f"/interactions/{UUID(int=1)}/link")).status_code == 404


async def test_the_same_in_the_api(ana, services, rows, key):
    base, other = "/api/v1/interactions/1024", {"other": "1019"}
    for path, body in [
        ("undo-close", None),
        ("link", other),
        ("undo-link", other),
        ("merge", other),
        ("undo-merge", other),
        ("undo-split", other),
        ("undo-attribution", None),
        ("attribute", {"customer": str(REQUEST)}),
        ("attribute", {"name": "Carla", "request": str(REQUEST)}),
        (
            "split",
            {"touchpoints": [str(REQUEST)], "queue": "care", "request": str(REQUEST)},
        ),
        ("spam", None),
        ("not-spam", None),
    ]:
        answer = await ana.post(f"{base}/{path}", json=body)
        assert (answer.status_code, answer.json()) == (200, {"after": "W10"}), path
    assert [one[:2] for one in services.linking.asked] == [
        (name, key)
        for name in (
            "undo_close", "link", "undo_link", "merge", "undo_merge", "undo_split",
            "undo_attribution", "attribute", "attribute_to_new", "split",
        )
    ]  # fmt: skip
    nobody = await ana.post(f"{base}/attribute", json={})
    assert nobody.status_code == 409
    step(rows, key, "InteractionTaken")
    ties = (await ana.get(f"{base}/ties")).json()
    assert [one["what"] for one in ties["steps"]] == ["InteractionTaken"]


def mark(rows, value="ana@spam.example", minutes=0):
    row = {
        "customer_id": uid("Jonas Feld"),
        "mark_id": uid(value),
        "kind": "email",
        "value": value,
        "name": "Ana",
        "interaction_id": uid("text"),
        "actor": "ben",
        "marked_at": rows.ago(minutes),
    }
    rows.write(marked_senders.TABLE, row)
    return row["mark_id"]


async def test_supervisors_see_who_is_marked_and_take_it_away(sue, services, rows, key):
    one = mark(rows)
    found = await tree(sue, "/senders")
    assert "ana@spam.example" in found.css_first(".marks li").text()
    answer = await sue.post(f"/senders/{one}/unmark")
    assert answer.status_code == 303
    listed = (await sue.get("/api/v1/marked-senders")).json()
    assert [item["number"] for item in listed["items"]] == [1019]
    await sue.post(f"/api/v1/marked-senders/{one}/unmark")
    assert services.spam.asked == [("unmark", one, "sue")] * 2


async def test_nobody_is_marked_yet_and_later_there_are_pages(sue, rows):
    assert "Nobody is marked." in (await sue.get("/senders")).text
    marks = [mark(rows, f"p{n}@spam.example", n) for n in range(52)]
    first = (await sue.get("/api/v1/marked-senders")).json()
    cursor = {"cursor": first["next"]}
    second = (await sue.get("/api/v1/marked-senders", params=cursor)).json()
    both = [UUID(one["mark_id"]) for one in first["items"] + second["items"]]
    assert (both, second["next"]) == (marks, "")


async def test_agents_do_not_see_who_is_marked(ana):
    assert (await ana.get("/senders")).status_code == 403


async def test_a_refusal_is_told(ana, services, key):
    services.linking.refusal = RefusedError("Reopen it.")
    answer = await ana.post(f"/interactions/{key}/undo-close")
    assert (answer.status_code, "Reopen it" in answer.text) == (409, True)
