"""What is to begin an interaction is a draft until it is sent."""

from uuid import UUID

import pytest
from selectolax.lexbor import LexborHTMLParser

REQUEST = UUID(int=9)


@pytest.fixture
def customer(rows):
    return rows.customer("Ana C", "email:ana.c@example.org")


async def form_at(browser, path):
    page = await browser.get(path)
    assert page.status_code == 200, page.text
    return LexborHTMLParser(page.text).css_first("form.begin")


def chosen(form, field):
    return form.css_first(f"[name={field}]").attributes["value"]


@pytest.mark.parametrize("way", ["/write", "/note"])
async def test_what_is_begun_with_somebody_new_is_there_again(ana, ben, way):
    fields = {"typed": "ben@example.org", "subject": "A lamp"}
    place = (await form_at(ana, way)).attributes["data-draft"]
    saved = await ana.put(place, json={"text": "Hello", "fields": fields})
    form = await form_at(ana, way)
    assert form.attributes["data-saved-at"] == saved.json()["saved_at"]
    assert form.css_first("textarea").text() == "Hello"
    assert {name: chosen(form, name) for name in fields} == fields
    assert (await form_at(ben, way)).css_first("textarea").text() == ""


async def test_each_customer_has_a_draft_of_their_own(ana, customer):
    way = f"/write?customer={customer}"
    place = (await form_at(ana, way)).attributes["data-draft"]
    await ana.put(place, json={"text": "Hello", "fields": {"name": "Ana C"}})
    assert (await form_at(ana, "/write")).css_first("textarea").text() == ""
    listed = LexborHTMLParser((await ana.get("/drafts")).text)
    assert listed.css_first(".drafts .who").text() == "Ana C"
    assert listed.css_first(".drafts a").attributes["href"] == way
    path = listed.css_first("form[action$=discard], .drafts form").attributes["action"]
    await ana.post(path, data={"csrf": "csrf-ana"})
    assert (await form_at(ana, way)).css_first("textarea").text() == ""


async def test_a_contact_is_noted_as_it_was_begun(ana):
    fields = {"channel": "letter", "direction": "out", "then": "queue:returns"}
    await ana.put("/drafts/contact", json={"text": "A letter", "fields": fields})
    form = await form_at(ana, "/note")
    picked = [one.attributes["value"] for one in form.css("[checked], [selected]")]
    assert picked == list(fields.values())


async def test_what_was_sent_is_no_draft_any_more(ana, services, customer):
    await ana.put(f"/drafts/letter?customer={customer}", json={"text": "Hello"})
    form = {"request": str(REQUEST), "customer": str(customer), "text": "Hello "}
    await ana.post("/write", data=form)
    assert await services.drafts.all_of("ana") == []


async def attaches(browser, form, name, data=b"text"):
    path, _, of = (
        form.css_first("[data-uploads]").attributes["data-uploads"].partition("?")
    )
    return await browser.post(f"{path}?{of}&name={name}", content=data)


def files(form):
    return [node.text() for node in form.css(".attached bdi")]


def ids(form):
    return [node.attributes["value"] for node in form.css("[name=file]")]


@pytest.mark.parametrize("known", [True, False])
async def test_files_go_with_what_is_written_first(ana, ben, services, customer, known):
    way = f"/write?customer={customer}" if known else "/write"
    form = await form_at(ana, way)
    for name in ("one.txt", "two.txt", "three.txt"):
        assert (await attaches(ana, form, name)).status_code == 201
    form = await form_at(ana, way)
    assert files(form) == ["one.txt", "two.txt", "three.txt"]
    assert files(await form_at(ben, way)) == []
    removing = form.css_first("[data-remove]").attributes["data-remove"]
    assert (await ana.delete(removing)).status_code == 204
    assert (await ana.delete(removing)).status_code == 404
    form = await form_at(ana, way)
    sent = {
        "request": str(REQUEST),
        "customer": str(customer) if known else "",
        "typed": "ana.c@example.org",
        "text": "Here they are",
        "file": ids(form),
    }
    assert (await ana.post("/write", data=sent)).status_code == 303
    (asked,) = services.beginning.asked
    assert [one.name for one in asked[2].files] == ["two.txt", "three.txt"]
    assert files(await form_at(ana, way)) == []


async def test_files_wait_on_when_the_message_is_refused(ana, services):
    await attaches(ana, await form_at(ana, "/write"), "one.txt")
    form = {"request": str(REQUEST), "typed": "ana.c@example.org", "text": "Here"}
    sent = {**form, "file": [*ids(await form_at(ana, "/write")), str(UUID(int=1))]}
    answer = await ana.post("/write", data=sent)
    assert answer.status_code == 409
    assert "Attach it again." in answer.text
    assert services.beginning.asked == []
    assert files(await form_at(ana, "/write")) == ["one.txt"]


async def test_programs_send_files_with_what_they_write_first(ana, services, customer):
    path, of = "/api/v1/messages/files", {"customer": str(customer)}
    kept, gone = [
        (await ana.post(path, params={**of, "name": name}, content=b"text")).json()
        for name in ("kept.txt", "gone.txt")
    ]
    assert (await ana.delete(f"{path}/{gone['id']}", params=of)).status_code == 204
    body = {"request": str(REQUEST), "customer": str(customer), "text": "Here"}
    answer = await ana.post(
        "/api/v1/messages", json={**body, "files": [kept["id"], gone["id"]]}
    )
    assert answer.status_code == 409
    answer = await ana.post("/api/v1/messages", json={**body, "files": [kept["id"]]})
    assert answer.status_code == 200
    (asked,) = services.beginning.asked
    assert [one.name for one in asked[2].files] == ["kept.txt"]
