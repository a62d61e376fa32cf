"""Messages of ours: held back, taken back, sent again, by other channels, and begun."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from selectolax.lexbor import LexborHTMLParser

from events import identify
from events.touchpoint import Attachment
from hub.application.drafts import Place, Text, Upload
from hub.application.errors import RefusedError
from hub.application.written import Letter
from hub.domain.beginning import Noted, Whom
from hub.domain.handing_over import Actor
from hub.domain.segments import BASIC
from projections.written import HELD
from tests.integration.web.rows import uid
from tests.unit.web import kit
from tests.unit.web.kit_drafts import NoDrafts

REQUEST = UUID(int=9)
MAIL, PHONE = "email:ana.c@example.org", "phone:+34611111111"
NUMBERS = ("+4917604069010", "+4917604069011")
WAITS = datetime(2026, 11, 20, 9, 30, 10, tzinfo=UTC)


def texts(tree, selector):
    return [" ".join(node.text().split()) for node in tree.css(selector)]


async def shown(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


async def anas_browser(services):
    browser = await kit.logged_in(services, "ana")
    browser.headers["X-CSRF-Token"] = "csrf-ana"
    return browser


@pytest.fixture
def customer(rows):
    return rows.customer("Ana C", MAIL, PHONE)


@pytest.fixture
def key(rows, customer):
    """An interaction that ana has."""
    return rows.interaction(
        "asked", customer, 1, None, agent="ana", sender="ana.c@example.org"
    )


@pytest.fixture
def held(rows, key):
    """An answer of ana's that has not left."""
    row = {
        "interaction_id": key,
        "touchpoint_id": uid("held"),
        "channel": "email",
        "author": "ana",
        "occurred_at": kit.NOW,
        "due_at": WAITS,
        "receiver": "ana.c@example.org",
        "subject": "Re: asked",
        "text": "Soon.",
    }
    rows.write(HELD, row)
    return uid("held")


async def test_what_is_held_back_is_shown_with_the_way_back(ana, key, held):
    tree = await shown(ana, f"/interactions/{key}")
    (message,) = tree.css(".message.held")
    assert "Soon." in message.text()
    line = message.css_first("[data-countdown]").attributes
    assert line["data-countdown"] == "2026-11-20T09:30:10Z"
    assert message.css_first("button").attributes["data-hotkey"] == "z"


async def test_others_see_it_and_only_a_supervisor_can_take_it_back(url, key, held):
    known = kit.person("sue", "supervisor"), kit.person("ben", "agent")
    other = kit.web(*known, url=url)
    tree = await shown(await kit.logged_in(other, "ben"), f"/interactions/{key}")
    assert len(tree.css(".message.held")) == 1
    assert tree.css(".message.held form") == []
    tree = await shown(await kit.logged_in(other, "sue"), f"/interactions/{key}")
    assert len(tree.css(".message.held form")) == 1
    await other.engine.dispose()


async def test_taking_it_back_asks_the_desk_and_keeps_the_text(
    ana, services, key, held
):
    path = f"/interactions/{key}/messages/{held}/withdraw"
    answer = await ana.post(path, data={"text": "And more"})
    assert answer.status_code == 303
    assert services.writing.asked == [("withdraw", key, Actor("ana"), held)]


@pytest.mark.parametrize("state", ["failed", "bounced", "uncertain", "sent"])
async def test_what_did_not_arrive_can_be_sent_again(ana, rows, customer, key, state):
    rows.contact(
        key, customer, "Hello", 3, direction="out", delivery=state, author="ana"
    )
    tree = await shown(ana, f"/interactions/{key}")
    forms = tree.css("form[action$='/repeat']")
    assert len(forms) == (0 if state == "sent" else 1)
    asks_first = [form for form in forms if form.css("input[name=twice]")]
    assert len(asks_first) == (1 if state == "uncertain" else 0)


async def test_sending_again_asks_the_desk(ana, services, key, held):
    path = f"/interactions/{key}/messages/{held}/repeat"
    await ana.post(path)
    await ana.post(path, data={"twice": "true"})
    assert services.writing.asked == [
        ("repeat", key, "ana", held, False),
        ("repeat", key, "ana", held, True),
    ]


async def test_an_answer_can_go_by_another_channel_of_the_customer(ana, services, key):
    services.writing.numbers = services.desk.numbers = NUMBERS
    tree = await shown(ana, f"/interactions/{key}")
    choices = [
        o.attributes["value"] for o in tree.css(".composer select[name=to] option")
    ]
    assert choices == [MAIL, PHONE]
    assert len(tree.css(".composer select[name=ours] option")) == 1 + len(NUMBERS)
    form = {"text": "Hi", "request": str(REQUEST), "to": PHONE, "ours": NUMBERS[1]}
    await ana.post(f"/interactions/{key}/reply", data=form)
    (asked,) = services.desk.asked
    assert asked[-2:] == (identify.phone("+34611111111", "ES"), NUMBERS[1])


async def test_one_way_to_answer_is_no_choice(ana, key):
    tree = await shown(ana, f"/interactions/{key}")
    assert tree.css(".composer select") == []
    assert texts(tree, ".composer label") == ["Reply by email to ana.c@example.org"]


async def test_a_text_message_has_its_limit_and_alphabet_at_hand(ana, rows, services):
    services.writing.numbers = services.desk.numbers = NUMBERS[:1]
    key = rows.interaction(
        "called", rows.customer(""), 1, None, agent="ana", sender="+34611111111",
        channel="phone",
    )  # fmt: skip
    line = (await shown(ana, f"/interactions/{key}")).css_first("[data-segments]")
    assert (line.attributes["data-limit"], "hidden" in line.attributes) == (
        "1600",
        False,
    )
    assert line.attributes["data-basic"] == BASIC.replace("\r", "\n")


async def test_what_the_page_sends_is_held_back_for_a_while(services, key):
    web = services.settings.web.model_copy(update={"hold_seconds": 7})
    settings = services.settings.model_copy(update={"web": web})
    browser = await anas_browser(replace(services, settings=settings))
    form = {"text": "Hi", "request": str(REQUEST)}
    await browser.post(f"/interactions/{key}/reply", data=form)
    assert services.desk.asked[0][-1] == timedelta(seconds=7)


async def test_a_customer_is_written_to_from_their_page(ana, services, customer):
    page = await shown(ana, f"/customers/{customer}")
    (link,) = page.css(".card a[href^='/write']")
    tree = await shown(ana, link.attributes["href"])
    assert texts(tree, "select[name=to] option") == ["Email: ana.c@example.org"]
    form = {
        "request": str(REQUEST),
        "customer": str(customer),
        "name": "Ana C",
        "to": MAIL,
        "subject": "Your lamp",
        "text": "It is\r\nready.",
    }
    answer = await ana.post("/write", data=form)
    assert answer.headers["location"] == f"/interactions/{UUID(int=7)}?after=W10"
    whom = Whom(customer, identify.email("ana.c@example.org"), "Ana C")
    letter = Letter(whom, "Your lamp", "It is\nready.")
    assert services.beginning.asked == [("write", "ana", letter, REQUEST, timedelta(0))]


async def test_somebody_new_is_written_to_by_an_address_that_is_typed(ana, services):
    form = {"request": str(REQUEST), "typed": "+34 611 111 111", "text": "Hello"}
    answer = await ana.post("/write", data=form, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/interactions/")
    (asked,) = services.beginning.asked
    assert asked[2].whom.identifier.value == "+34611111111"


async def test_what_is_no_address_is_refused(ana):
    form = {"request": str(REQUEST), "typed": "nobody", "text": "Hello"}
    answer = await ana.post("/write", data=form)
    assert answer.status_code == 409
    assert "neither a mail address nor a telephone number" in answer.text


@pytest.mark.parametrize(
    ("then", "queue", "disposition"),
    [
        ("mine", "", ""),
        ("queue:returns", "returns", ""),
        ("close:solved", "", "solved"),
    ],
)
async def test_a_call_is_noted_by_hand(ana, services, then, queue, disposition):
    form = {
        "request": str(REQUEST),
        "typed": "ben@example.org",
        "name": "Ben",
        "channel": "phone",
        "direction": "out",
        "happened": "2026-11-20T09:00",
        "zone": "Europe/Madrid",
        "then": then,
        "subject": "The lamp",
        "text": "He calls back.",
    }
    tree = await shown(ana, "/note")
    offered = {o.attributes["value"] for o in tree.css("select[name=then] option")}
    assert then in offered
    await ana.post("/note", data=form)
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    said = ("phone", "out", at, "The lamp", "He calls back.", queue, disposition)
    whom = Whom(None, identify.email("ben@example.org"), "Ben")
    assert services.beginning.asked == [("note", "ana", whom, Noted(*said), REQUEST)]


async def test_refusals_are_told(ana, services, key, held):
    services.writing.refusal = RefusedError("Too late: it has left already.")
    answer = await ana.post(f"/interactions/{key}/messages/{held}/withdraw")
    assert (answer.status_code, "Too late" in answer.text) == (409, True)


async def test_the_api_does_the_same(ana, services, customer, key, held):
    base = "/api/v1"
    messages = f"{base}/interactions/{key}/messages/{held}"
    back = await ana.post(f"{messages}/withdraw")
    here = {"author": "ana", "interaction_id": str(key)}
    assert back.json() == {"text": "Hello", "after": "W10", **here}
    again = await ana.post(f"{messages}/repeat", json={"twice": True})
    assert again.json() == {"after": "W10"}
    new = {"to": "ana.c@example.org", "request": str(REQUEST), "text": "Hi", "hold": 5}
    begun = await ana.post(f"{base}/messages", json={**new, "subject": "Lamp"})
    assert begun.json() == {"interaction_id": str(UUID(int=7)), "after": "W10"}
    there_was = {
        "customer": str(customer),
        "request": str(REQUEST),
        "channel": "letter",
        "happened_at": "2026-11-19T09:00:00Z",
        "text": "A letter came.",
        "queue": "returns",
    }
    noted = await ana.post(f"{base}/contacts", json=there_was)
    assert noted.status_code == 200
    (_, _, letter, _, hold), (_, _, whom, contact, _) = services.beginning.asked
    assert (letter.subject, hold) == ("Lamp", timedelta(seconds=5))
    assert (whom.customer, contact.queue) == (customer, "returns")
    held_ = (await ana.get(f"{base}/interactions/{key}")).json()["held"]
    assert [one["touchpoint_id"] for one in held_] == [str(held)]


class KeptDrafts(NoDrafts):
    def __init__(self):
        self.kept = []

    async def save(self, place, content):
        self.kept.append((place, content))


async def test_drafts_get_the_text_back(services, key, held):
    drafts = KeptDrafts()
    browser = await anas_browser(replace(services, drafts=drafts))
    path = f"/interactions/{key}/messages/{held}/withdraw"
    await browser.post(path, data={"text": "And more"})
    assert drafts.kept == [(Place("ana", key), Text("Hello\n\nAnd more"))]


async def test_what_a_part_held_back_is_written_again_in_the_whole(services, key, held):
    drafts, whole = KeptDrafts(), UUID(int=8)
    services.writing.whole = whole
    browser = await anas_browser(replace(services, drafts=drafts))
    place, uploads = Place("ana", key), services.uploads
    upload = Upload(uid("file"), Attachment("a.txt", "text/plain", 1, "b", b"k"))
    await uploads.add(place, upload)
    await uploads.claim(place, [upload.id], held)
    await browser.post(f"/interactions/{key}/messages/{held}/withdraw")
    assert drafts.kept == [(Place("ana", whole), Text("Hello"))]
    assert await uploads.of(Place("ana", whole)) == [upload]


async def test_its_author_gets_back_what_a_supervisor_takes_back(
    ana, ben, services, key, held
):
    await ana.put(f"/interactions/{key}/drafts/reply", json={"text": "And more"})
    path = f"/interactions/{key}/messages/{held}/withdraw"
    await ben.post(path, data={"text": "Words of ben's"})
    (draft,) = await services.drafts.all_of("ana")
    assert draft.content.text == "Hello\n\nAnd more"
    assert await services.drafts.all_of("ben") == []
