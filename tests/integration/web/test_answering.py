"""Answers take their files along, and a colleague's answer is not overlooked."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser

from events.touchpoint import Attachment
from hub.application.desk import reply_id
from hub.application.drafts import Place
from hub.application.errors import AnsweredMeanwhileError, RefusedError
from hub.application.intake import StoreUnavailableError
from tests.integration.web import story
from tests.integration.web.rows import uid
from tests.unit.web import kit


@pytest.fixture
def key(rows):
    return story.tell(rows)


@pytest.fixture
async def bill(ana, key):
    """The id of a file that waits in Ana's composer."""
    path = f"/interactions/{key}/files"
    await ana.post(path, params={"name": "bill.pdf"}, content=b"%PDF-1.7\n")
    page = LexborHTMLParser((await ana.get(f"/interactions/{key}")).text)
    return page.css_first("[name=file]").attributes["value"]


async def sends(browser, key, *files, text="Here it is.", **more):
    data = {"text": text, "request": str(uuid4()), "file": list(files), **more}
    return await browser.post(f"/interactions/{key}/reply", data=data)


def sent_files(services):
    said = services.desk.asked[-1]
    return [one.name for one in said if isinstance(one, Attachment)]


async def waiting(services, key):
    return [one.file.name for one in await services.uploads.of(Place("ana", key))]


async def test_files_go_with_the_answer_once(ana, services, key, bill):
    assert (await sends(ana, key, bill)).status_code == 303
    assert sent_files(services) == ["bill.pdf"]
    assert await waiting(services, key) == []
    again = await sends(ana, key, bill)
    assert again.status_code == 409
    assert "not there any more" in again.text


async def test_the_same_request_takes_the_same_files(ana, services, key, bill):
    form = str(uuid4())
    for _ in range(2):
        await sends(ana, key, bill, request=form)
        assert sent_files(services) == ["bill.pdf"]


async def test_a_refused_answer_keeps_its_files_and_text(ana, services, key, bill):
    path = f"/interactions/{key}/drafts/reply"
    await ana.put(path, json={"text": "Here it is."})
    services.desk.refusal = RefusedError("Not now.")
    assert (await sends(ana, key, bill)).status_code == 409
    assert await waiting(services, key) == ["bill.pdf"]
    assert await services.drafts.count("ana") == 1


async def test_after_a_lost_answer_only_the_same_request_has_the_files(
    ana, services, key, bill
):
    form = str(uuid4())
    services.desk.refusal = StoreUnavailableError("gone")
    assert (await sends(ana, key, bill, request=form)).status_code == 503
    services.desk.refusal = None
    assert (await sends(ana, key, bill)).status_code == 409
    assert (await sends(ana, key, bill, request=form)).status_code == 303
    assert sent_files(services) == ["bill.pdf"]


async def test_what_is_taken_back_has_its_files_again(ana, services, key, bill):
    form = uuid4()
    await sends(ana, key, bill, request=str(form))
    message = reply_id(key, form)
    await ana.post(
        f"/interactions/{key}/messages/{message}/withdraw", data={"csrf": "csrf-ana"}
    )
    assert await waiting(services, key) == ["bill.pdf"]


async def test_files_of_others_are_not_sent(ben, key, bill):
    assert (await sends(ben, key, bill)).status_code == 409


async def test_sending_forgets_the_draft_that_was_sent(ana, services, key):
    path = f"/interactions/{key}/drafts/reply"
    await ana.put(path, json={"text": "Here it is.\n"})
    await sends(ana, key, text="Here it is.")
    assert await services.drafts.count("ana") == 0


async def test_programs_send_files_too(services, key):
    services.accounts.machines["k"] = kit.person("crm", "agent")
    async with kit.client(services) as crm:
        crm.headers["Authorization"] = "Bearer k"
        path = f"/api/v1/interactions/{key}"
        made = await crm.post(f"{path}/files?name=a.csv", content=b"a;b\n")
        assert made.status_code == 201
        file = made.json()
        assert (file["name"], file["media_type"]) == ("a.csv", "text/plain")
        body = {"text": "Hi", "request": str(uuid4()), "files": [file["id"]]}
        assert (await crm.post(f"{path}/reply", json=body)).status_code == 200
        assert sent_files(services) == ["a.csv"]
        gone = await crm.delete(f"{path}/files/{file['id']}")
        assert gone.status_code == 404


@pytest.fixture
def answered(services):
    """Ben answered 20 s ago."""
    services.desk.refusal = AnsweredMeanwhileError(
        "ben", kit.NOW - timedelta(seconds=20), UUID(int=7)
    )


async def test_the_composer_says_which_answer_was_there(ana, services, key):
    page = LexborHTMLParser((await ana.get(f"/interactions/{key}")).text)
    seen = page.css_first(".composer [name=seen]").attributes["value"]
    last = uid(f"{key}/{story.ANSWER}")
    assert seen == str(last)
    await sends(ana, key, seen=seen)
    assert services.desk.seen == last


@pytest.mark.usefixtures("answered")
async def test_a_colleagues_answer_is_asked_about_beside_the_composer(ana, key):
    ana.headers["HX-Request"] = "true"
    answer = await sends(ana, key)
    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#notice"
    assert "Ben answered 20 s ago." in answer.text
    assert f'data-send-anyway="{UUID(int=7)}"' in answer.text


@pytest.mark.usefixtures("answered")
async def test_without_scripts_the_page_that_asks_holds_the_answer(
    ana, services, key, bill
):
    page = LexborHTMLParser((await sends(ana, key, bill, text="Mine <b>")).text)
    assert page.css_first("textarea").text() == "Mine <b>"
    form = page.css_first("form")
    fields = {
        one.attributes["name"]: one.attributes["value"] for one in form.css("input")
    }
    services.desk.refusal = None
    fields["text"] = "Mine <b>"
    answer = await ana.post(form.attributes["action"], data=fields)
    assert answer.status_code == 303
    assert services.desk.seen == UUID(int=7)
    assert sent_files(services) == ["bill.pdf"]


@pytest.mark.usefixtures("answered")
async def test_programs_are_told_what_to_name_as_seen(services, key):
    services.accounts.machines["k"] = kit.person("crm", "agent")
    async with kit.client(services) as crm:
        crm.headers["Authorization"] = "Bearer k"
        body = {"text": "Hi", "request": str(uuid4()), "seen": str(UUID(int=0))}
        answer = await crm.post(f"/api/v1/interactions/{key}/reply", json=body)
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "answered_meanwhile"
    assert str(UUID(int=7)) in error["message"]
