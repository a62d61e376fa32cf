"""Pages with real rows: what they show, and what hostile content does not do."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.domain.handing_over import Actor
from hub.web.pages import board
from projections.queries import interaction
from tests.integration.web import story
from tests.unit.web import kit
from tests.unit.web.kit_configuration import QUEUES

SCRIPT = '<script>alert("x")</script>'


async def page(browser, path, **headers):
    answer = await browser.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def texts(tree, selector):
    return [" ".join(node.text().split()) for node in tree.css(selector)]


async def test_an_empty_board_says_so(ana):
    tree = await page(ana, "/")
    assert "Nothing is open here." in texts(tree, ".empty.big strong")
    assert len(tree.css(".queue")) == 1 + len(QUEUES)


async def test_the_board_shows_queues_work_and_my_work(ana, rows):
    story.tell(rows)
    tree = await page(ana, "/")
    assert texts(tree, ".work:not(.compact) .row .who")[0] == "Zofia Wójcik"
    assert texts(tree, ".own .number") == ["#1024"]
    assert texts(tree, ".group") == ["Waiting", "In progress"]


async def test_one_queue_shows_its_own_work(ana, rows):
    story.tell(rows)
    tree = await page(ana, "/?queue=returns")
    assert texts(tree, ".work:not(.compact) .row .number") == ["#1029"]


async def test_a_live_view_gets_the_fragment_alone(ana):
    answer = await ana.get("/", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert 'data-key="queues"' in answer.text


async def test_operators_see_numbers_and_no_content(services, rows):
    story.tell(rows)
    tree = await page(await kit.logged_in(services, "omar"), "/")
    assert tree.css(".row") == []
    assert texts(tree, ".queue .count")[0] == "waiting 10"


async def test_an_interaction_shows_conversation_card_and_history(ana, rows):
    key = story.tell(rows)
    tree = await page(ana, f"/interactions/{key}")
    assert len(tree.css(".conversation .message")) == 4
    assert len(tree.css(".message.automatic")) == 1
    assert texts(tree, ".card h2") == ["Marta Quiroga"]
    assert {i.attributes["href"] for i in tree.css(".entry > .channel use")} == {
        "#i-email",
        "#i-phone",
        "#i-sms",
        "#i-webform",
    }
    assert tree.css_first("form.composer input[name=request]").attributes["value"]


async def test_what_a_workflow_sent_goes_by_the_name_of_our_mail(url, rows):
    shop = replace(
        kit.web(kit.person("ana", "agent"), url=url), sender_name="Cairnwood Outdoor"
    )
    key = story.tell(rows)
    tree = await page(await kit.logged_in(shop, "ana"), f"/interactions/{key}")
    await shop.engine.dispose()
    assert texts(tree, ".message.automatic .who") == ["Cairnwood Outdoor"]
    assert texts(tree, ".message.automatic .tag") == ["Automatic"]
    assert texts(tree, ".entry.automatic .who") == ["Cairnwood Outdoor"]
    assert len(tree.css(".entry.automatic .who [title=Automatic]")) == 1


async def composer(browser, rows, **values):
    """What stands where one answers: an interaction that ana has."""
    key = rows.interaction("asked", rows.customer(""), 1, None, agent="ana", **values)
    return await page(browser, f"/interactions/{key}/desk")


async def test_a_call_is_answered_by_text_if_a_number_of_ours_can(ana, rows, services):
    services.desk.numbers = ("+4917604069010",)
    tree = await composer(ana, rows, channel="phone", sender="+34911234567")
    assert texts(tree, ".composer label") == ["Reply by SMS to +34911234567"]


@pytest.mark.parametrize(
    ("sender", "says"), [("+34911234567", "Call them back"), ("", "no address")]
)
async def test_a_call_that_cannot_be_answered_says_what_to_do(ana, rows, sender, says):
    tree = await composer(ana, rows, channel="phone", sender=sender)
    assert says in texts(tree, ".composer p")[0]


async def test_a_form_with_a_number_alone_is_answered_by_text(ana, rows, services):
    services.desk.numbers = ("+4917604069010",)
    tree = await composer(ana, rows, channel="webform", sender="+34911234567")
    assert texts(tree, ".composer label") == ["Reply by SMS to +34911234567"]


@pytest.mark.parametrize("part", ["desk", "customer"])
async def test_the_parts_of_an_interaction_are_fragments(ana, rows, part):
    key = story.tell(rows)
    answer = await ana.get(f"/interactions/{key}/{part}")
    assert answer.status_code == 200
    assert "<html" not in answer.text


async def test_an_interaction_is_found_by_its_number(ana, rows):
    story.tell(rows)
    tree = await page(ana, "/interactions/1024")
    assert "Cracked glass in order 20418" in texts(tree, "h1")


async def test_what_is_not_there_is_a_page_of_its_own(ana):
    for path in ("/interactions/99", "/interactions/x", f"/customers/{UUID(int=1)}"):
        answer = await ana.get(path)
        assert answer.status_code == 404
        assert "There is no such" in answer.text


@pytest.mark.parametrize(
    "name", [SCRIPT, "\u202eevil", "م" * 500, "x" * 500, '"><img src=x>']
)
async def test_hostile_names_and_texts_are_text(ana, rows, name):
    customer = rows.customer(name, f"email:{name}")
    key = rows.interaction(name, customer, 1, None, agent="ana", sender=name)
    rows.contact(
        key, customer, name, 1, sender_name=name, subject=name, quoted=name,
        attributes={name: name},
        attachments=[{"name": name, "media_type": "", "size": 1, "blob": ""}],
    )  # fmt: skip
    for path in (
        "/",
        f"/interactions/{key}",
        f"/customers/{customer}",
        "/customers?q=x",
    ):
        tree = await page(ana, path)
        assert all(node.attributes.get("src") for node in tree.css("script"))
        assert tree.css("main img") == []
        assert tree.css("[style], [onclick], [onerror]") == []


async def test_commands_lead_back_and_wait_for_themselves(ana, rows, services):
    key = story.tell(rows)
    answer = await ana.post(
        f"/interactions/{key}/close", data={"disposition": "solved"}
    )
    assert answer.headers["location"].startswith(f"/interactions/{key}?after=")
    assert (await ana.get(answer.headers["location"])).status_code == 200
    assert services.desk.asked == [("close", key, Actor("ana"), "solved")]


async def test_every_ending_that_is_offered_is_one_that_the_rules_accept(
    ana, rows, services
):
    tree = await page(ana, f"/interactions/{story.tell(rows)}")
    buttons = tree.css("[data-menu=close] button[name=disposition]")
    offered = [button.attributes["value"] for button in buttons]
    accepted = services.configured.now.dispositions_in("orders")
    # Spam is more than an ending: its sender is marked.
    assert [*offered, "spam"] == list(accepted)


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("take", {}),
        ("put-back", {}),
        ("reopen", {}),
        ("close", {"disposition": "spam"}),
        ("reply", {"text": "Hello", "request": str(UUID(int=3))}),
        ("follow-up", {"due": "2030-01-02T09:00", "zone": "Europe/Madrid"}),
        ("assign", {"agent": "ben"}),
        ("group", {"group": "lenses"}),
        ("move", {"queue": "returns"}),
        ("priority", {"priority": "urgent"}),
        ("tags", {"add": "broken glass, vip"}),
        ("notes", {"text": "Ask @omar", "request": str(UUID(int=4))}),
    ],
)
async def test_commands_of_a_live_page_answer_with_what_changed(
    ana, rows, action, form
):
    key = story.tell(rows)
    answer = await ana.post(
        f"/interactions/{key}/{action}", data=form, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'data-key="conversation"' in answer.text


async def test_a_follow_up_is_meant_on_the_clock_of_who_asks(ana, rows, services):
    key = story.tell(rows)
    form = {"due": "2030-01-02T09:00", "zone": "Europe/Madrid"}
    answer = await ana.post(f"/interactions/{key}/follow-up", data=form)
    assert answer.status_code == 303
    due_at = datetime(2030, 1, 2, 8, 0, tzinfo=UTC)
    assert services.desk.asked == [("follow_up", key, Actor("ana"), due_at)]


async def test_what_a_note_and_tags_ask_of_the_desk(ana, rows, services):
    key = story.tell(rows)
    request = UUID(int=4)
    note = {"text": " Ask @omar and @nobody. ", "request": str(request)}
    await ana.post(f"/interactions/{key}/notes", data=note)
    await ana.post(f"/interactions/{key}/tags", data={"add": "glass, , vip"})
    await ana.post(f"/interactions/{key}/tags", data={"remove": "vip"})
    said = "Ask @omar and @nobody."
    assert services.desk.asked == [
        ("note", key, "ana", said, ("omar",), request),
        ("tag", key, "ana", ["glass", " vip"], []),
        ("tag", key, "ana", [], ["vip"]),
    ]


async def test_work_is_given_to_nobody_who_is_not_there(ana, rows, services):
    key = story.tell(rows)
    answer = await ana.post(f"/interactions/{key}/assign", data={"agent": "zoe"})
    assert answer.status_code == 409
    assert "Nobody at the desk is called" in answer.text
    assert services.desk.asked == []


async def test_notes_priority_and_tags_are_shown(ana, rows):
    customer = rows.customer("Ana")
    marks = {"priority": "urgent", "tags": ["broken glass"]}
    key = rows.interaction("lamp", customer, 1, **marks)
    rows.note(key, "omar", SCRIPT, mentions=["ana"])
    tree = await page(ana, f"/interactions/{key}")
    assert texts(tree, ".message.note .text") == [SCRIPT]
    assert texts(tree, ".message.note .tag") == ["Note", "@Ana"]
    assert texts(tree, ".chip bdi") == ["broken glass"]
    assert "Urgent" in texts(tree, ".status .state")


async def test_what_is_set_aside_says_until_when_and_can_go_on(ana, rows):
    customer = rows.customer("Ana")
    later = {"state": "deferred", "follow_up_at": rows.ago(-60), "agent": "ana"}
    key = rows.interaction("lamp", customer, 1, None, **later)
    tree = await page(ana, f"/interactions/{key}")
    assert texts(tree, ".status .state")[0] == "Set aside"
    assert tree.css_first(".status time").attributes["datetime"]
    assert "Go on t" in texts(tree, ".actions button")


async def test_the_history_goes_further_back(ana, rows):
    customer = rows.customer("Ana")
    key = rows.interaction("mail", customer, 1)
    for minute in range(60):
        rows.contact(key, customer, f"text {minute}", minute)
    tree = await page(ana, f"/customers/{customer}")
    assert len(tree.css(".message")) == 50
    earlier = tree.css_first("#earlier button").attributes["hx-get"]
    more = await page(ana, earlier)
    assert len(more.css(".message")) == 10
    assert more.css("#earlier button") == []
    short = await page(ana, earlier.replace("full", "short"))
    assert len(short.css(".entry")) == 10


async def test_customers_are_found_while_typing(ana, rows):
    story.tell(rows)
    found = await page(ana, "/customers?q=marta", **{"HX-Request": "true"})
    assert texts(found, ".who") == ["Marta Quiroga"]
    nobody = await page(ana, "/customers?q=zzz")
    assert "Nobody is known" in nobody.text()


async def test_a_long_conversation_says_that_there_is_more(ana, rows, monkeypatch):
    path = f"/interactions/{story.tell(rows)}"
    assert "Older messages" not in (await ana.get(path)).text
    assert (await ana.get(f"/api/v1{path}")).json()["older"] is False
    monkeypatch.setattr(interaction, "MOST_MESSAGES", 2)
    assert "Older messages are in the customer" in (await ana.get(path)).text
    found = (await ana.get(f"/api/v1{path}")).json()
    assert (len(found["messages"]), found["older"]) == (2, True)


async def test_much_work_of_ones_own_is_not_cut_off_unsaid(ana, rows, monkeypatch):
    monkeypatch.setattr(board, "OWN", 2)
    eve = rows.customer("Eve")
    for number in range(3):
        rows.interaction(f"i{number}", eve, number, None, agent="ana")
    tree = await page(ana, "/")
    assert "2+" in tree.css_first("#own-title").text()
    all_of_it = tree.css_first("[data-key=own-more] a").attributes["href"]
    listed = await page(ana, all_of_it)
    assert len(listed.css(".work:not(.compact) .row")) == 3
