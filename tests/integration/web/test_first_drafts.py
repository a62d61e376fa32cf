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
