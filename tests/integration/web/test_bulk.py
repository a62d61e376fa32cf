"""Many interactions, one command: by the API, and by the board without scripts."""

from uuid import uuid4

import pytest

from hub.application.errors import RefusedError
from hub.domain.handing_over import Actor

ANA = Actor("ana")


async def test_the_api_answers_a_result_for_each(ana, services, rows):
    keys = [rows.interaction(f"i{n}", rows.customer(f"c{n}"), n, n) for n in (1, 2)]
    order = {"do": "move", "queue": "billing"}
    body = {"interactions": [str(key) for key in keys], "command": order}
    answer = await ana.post("/api/v1/interactions/bulk", json=body)
    assert answer.status_code == 200
    assert answer.json()["items"] == [
        {"interaction_id": str(key), "refusal": ""} for key in keys
    ]
    assert services.desk.asked == [("move", key, ANA, "billing") for key in keys]


@pytest.mark.parametrize(
    ("interactions", "command"),
    [
        (0, {"do": "put_back"}),
        (201, {"do": "put_back"}),
        (1, {"do": "erase"}),
        (1, {"do": "move"}),
        (1, {"do": "put_back", "agent": "ana"}),
    ],
    ids=["none", "too many", "no such", "incomplete", "too much"],
)
async def test_what_makes_no_sense_is_told_before_anything_is_done(
    ana, services, interactions, command
):
    keys = [str(uuid4()) for _ in range(interactions)]
    body = {"interactions": keys, "command": command}
    answer = await ana.post("/api/v1/interactions/bulk", json=body)
    assert answer.status_code == 422
    assert services.desk.asked == []


async def test_nobody_gets_work_who_is_not_here(ana, services):
    order = {"do": "assign", "agent": "zoe"}
    body = {"interactions": [str(uuid4())], "command": order}
    answer = await ana.post("/api/v1/interactions/bulk", json=body)
    assert (answer.status_code, services.desk.asked) == (409, [])


async def test_the_page_says_how_many_and_which_not(ana, services, rows):
    key = rows.interaction("lamp", rows.customer("Eve"), 1031)
    services.desk.refusal = RefusedError("ben has this interaction.")
    form = {"do": "put_back", "pick": [str(key)]}
    answer = await ana.post("/board/bulk", data=form)
    assert answer.status_code == 200
    assert "Not for 1" in answer.text
    assert "#1031" in answer.text
    assert "ben has this interaction." in answer.text
    assert "<html" in answer.text, "without scripts it is a page"


async def test_with_scripts_the_answer_is_a_part_and_the_board_looks_again(ana, rows):
    key = rows.interaction("lamp", rows.customer("Eve"), 1031)
    form = {"do": "prioritise", "priority": "high", "pick": [str(key)]}
    answer = await ana.post("/board/bulk", data=form, headers={"HX-Request": "true"})
    assert "Done for 1." in answer.text
    assert "<html" not in answer.text
    assert answer.headers["HX-Trigger"] == "view-outdated"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "put_back"}, "Select something first."),
        ({"do": "", "pick": "1" * 32}, "There is no such command."),
        ({"do": "tag", "pick": "1" * 32}, "Write a tag first."),
        ({"do": "follow_up", "pick": "1" * 32}, "Choose a date and a time."),
    ],
    ids=["nothing", "no command", "no tag", "no date"],
)
async def test_what_is_missing_is_asked_for(ana, services, form, said):
    answer = await ana.post("/board/bulk", data=form)
    assert (answer.status_code, services.desk.asked) == (409, [])
    assert said in answer.text


async def test_what_is_set_aside_and_who_calls_me_have_views(ana, rows):
    eve = rows.customer("Eve")
    aside = {"state": "deferred", "follow_up_at": rows.ago(-600)}
    rows.interaction("Comes back", eve, 7, None, **aside)
    key = rows.interaction("A lamp", eve, 8)
    rows.note(key, "ben", "@ana have a look", mentions=["ana"])
    later = (await ana.get("/?view=later")).text
    assert "Comes back" in later
    assert "#8" not in later
    mentions = (await ana.get("/?view=mentions")).text
    assert "@ana have a look" in mentions


async def test_the_browser_remembers_a_view_until_another_is_asked_for(ana, rows):
    rows.interaction("by mail", rows.customer("Eve"), 7)
    assert "by mail" not in (await ana.get("/?channel=sms")).text
    assert "by mail" not in (await ana.get("/")).text
    assert "by mail" in (await ana.get("/?queue=")).text
    assert "by mail" in (await ana.get("/")).text


async def test_an_address_that_means_nothing_shows_everything(ana, rows):
    rows.interaction("by mail", rows.customer("Eve"), 7)
    answer = await ana.get("/?sort=shape&state=gone&view=under&priority=9")
    assert "by mail" in answer.text
