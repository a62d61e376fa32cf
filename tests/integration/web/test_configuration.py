"""Settings on pages and in the API: who may, what is refused, history and undoing."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.domain.configuring import RemoveItem, SetItem
from hub.web.pages import configuration
from tests.integration.web import story
from tests.integration.web.calling import missed
from tests.unit.web import kit

LENSES = {"title": "Lens experts", "members": ["ana"]}
HELLO = {
    "title": "Hello",
    "text": "Dear {customer.name}, #{interaction.number}. {agent.name}, {queue.title}",
}


async def page(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def seen(tree):
    return tree.css_first("#edit input[name=seen]").attributes["value"]


def texts(tree, selector):
    return [" ".join(node.text().split()) for node in tree.css(selector)]


@pytest.fixture
async def make(services):
    """Sets items, as Ben."""

    async def made(kind, name, document):
        await services.configuring.carry_out(SetItem(kind, name, document), "ben")

    return made


async def test_every_kind_has_a_page_with_its_items(ben, make):
    await make("group", "lenses", LENSES)
    await make("answer", "hello", HELLO)
    for plural, title in [
        ("queues", "Billing"),
        ("groups", "Lens experts"),
        ("answers", "Hello"),
        ("dispositions", "Solved"),
    ]:
        tree = await page(ben, f"/settings/{plural}")
        assert title in texts(tree, ".items strong")


async def test_what_is_not_there_yet_says_what_it_is_good_for(ben):
    for plural in ("groups", "answers"):
        assert (await page(ben, f"/settings/{plural}")).css_first(".empty.big")


async def test_the_first_page_and_none_of_another_name(ben):
    assert (await ben.get("/settings")).headers["location"] == "/settings/queues"
    assert (await ben.get("/settings/lamps")).status_code == 404
    assert (await ben.get("/settings/queues/item?name=lamps")).status_code == 404


async def test_agents_have_no_settings(ana):
    for path in ("/settings/queues", "/settings/history", "/api/v1/configuration"):
        assert (await ana.get(path)).status_code == 403


async def test_an_item_is_edited_in_its_form(ben, services):
    tree = await page(ben, "/settings/queues/item?name=billing")
    form = {
        "seen": seen(tree),
        "name": "billing",
        "title": "Bills",
        "addresses": "Bills@shop.example\r\n\r\npay@shop.example",
        "reopen_days": "3",
        "sms_window_hours": "24",
        "order": "1",
    }
    answer = await ben.post("/settings/queues/item", data=form)
    assert answer.headers["location"] == "/settings/queues?done=saved"
    now = services.configured.now.queues["billing"]
    assert (now.title, now.reopen_days) == ("Bills", 3)
    assert now.addresses == ("bills@shop.example", "pay@shop.example")
    assert services.configured.now.routing.default == "orders"


async def test_a_new_item_is_called_after_its_title(ben, services):
    form = {"seen": "0", "title": "Brillen & Gläser", "members": ["ana", "ben"]}
    await ben.post("/settings/groups/item", data=form)
    group = services.configured.now.groups["brillen-glaser"]
    assert group.members == ("ana", "ben")


async def test_what_is_refused_keeps_what_was_typed(ben, services):
    form = {"seen": "0", "title": "Hi", "name": "hi", "text": "Dear {customer.nme}"}
    answer = await ben.post("/settings/answers/item", data=form)
    assert answer.status_code == 409
    tree = LexborHTMLParser(answer.text)
    assert "nothing is known as {customer.nme}" in texts(tree, "main [role=alert]")[0]
    assert tree.css_first("textarea[name=text]").text().strip() == form["text"]
    assert services.configured.now.answers == {}


async def test_who_is_late_hears_of_it_in_the_form(ben, make):
    tree = await page(ben, "/settings/dispositions/item?name=solved")
    await make("disposition", "solved", {"title": "Done"})
    form = {"seen": seen(tree), "name": "solved", "title": "Over", "order": "0"}
    answer = await ben.post("/settings/dispositions/item", data=form)
    assert answer.status_code == 409
    assert "changed this since you opened it" in answer.text


async def test_a_queue_is_removed_with_a_successor_and_brought_back(ben, services):
    tree = await page(ben, "/settings/queues/item?name=press")
    form = {"seen": seen(tree), "name": "press", "successor": "orders"}
    answer = await ben.post("/settings/queues/remove", data=form)
    assert answer.headers["location"] == "/settings/queues?done=removed"
    assert services.configured.now.queue("press") == "orders"
    tree = await page(ben, "/settings/history?kind=queue")
    assert "its work goes to Orders" in " ".join(texts(tree, ".changes p"))
    change = tree.css_first("form[action='/settings/undo'] input[name=change]")
    await ben.post("/settings/undo", data={"change": change.attributes["value"]})
    assert services.configured.now.queue("press") == "press"


async def test_what_cannot_be_removed_says_why_in_its_form(ben):
    tree = await page(ben, "/settings/queues/item?name=orders")
    form = {"seen": seen(tree), "name": "orders"}
    answer = await ben.post("/settings/queues/remove", data=form)
    assert answer.status_code == 409
    assert "Make another one the default" in answer.text


async def test_history_shows_what_was_and_what_is(ben, make):
    await make("group", "lenses", LENSES)
    await make("group", "lenses", {**LENSES, "title": "Lens people"})
    tree = await page(ben, "/settings/groups/item?name=lenses")
    assert texts(tree, ".changes del") == ["Lens experts"]
    assert texts(tree, ".changes ins") == ["Lens people"]
    assert texts(tree, ".changes p")[-1] == "Group Lens experts added"


async def test_the_first_configuration_is_not_undone(ben):
    tree = await page(ben, "/settings/history")
    assert texts(tree, ".changes strong") == ["The settings file"]
    assert tree.css("form[action='/settings/undo']") == []


async def test_the_api_lists_edits_and_undoes(ben, services):
    path = "/api/v1/configuration/group/lenses"
    assert (await ben.get(path)).status_code == 404
    body = {"document": LENSES, "revision": 0}
    assert (await ben.put(path, json=body)).status_code == 200
    assert (await ben.get(path)).json()["document"] == LENSES
    assert (await ben.put(path, json=body)).status_code == 409
    listed = (await ben.get("/api/v1/configuration?kind=group")).json()["items"]
    assert [item["name"] for item in listed] == ["lenses"]
    assert (await ben.delete(path)).status_code == 200
    latest, first, _ = (await ben.get("/api/v1/configuration/history")).json()["items"]
    assert [latest["items"][0]["what"], first["items"][0]["what"]] == [
        "removed",
        "added",
    ]
    undo = f"/api/v1/configuration/history/{latest['id']}/undo"
    assert (await ben.post(undo)).status_code == 200
    assert services.configured.now.groups["lenses"].members == ("ana",)


async def test_canned_answers_are_filled_in_for_an_interaction(ana, rows, make):
    key = story.tell(rows)
    await make("answer", "hello", HELLO)
    await make("answer", "texts", {"title": "Text", "text": "x", "channels": ["sms"]})
    await make("answer", "bills", {"title": "Bill", "text": "x", "queues": ["billing"]})
    (found,) = (await ana.get(f"/api/v1/interactions/{key}/answers")).json()
    shown = (await ana.get(f"/api/v1/interactions/{key}")).json()
    said = f"Dear Marta Quiroga, #{shown['number']}. Ana, Orders and delivery"
    assert found == {"name": "hello", "title": "Hello", "text": said}
    fragment = await ana.get(
        f"/interactions/{key}/answers?q=hello dear", headers={"HX-Request": "true"}
    )
    option = LexborHTMLParser(fragment.text).css_first("[role=option]")
    assert option.attributes["data-text"] == said
    assert (await page(ana, f"/interactions/{key}/answers")).css_first("main .text")


async def test_words_choose_among_canned_answers(ana, rows, make):
    key = story.tell(rows)
    await make("answer", "late", {"title": "Delay", "text": "About a refund"})
    await make("answer", "refund", {"title": "Refund", "text": "Money"})
    path = f"/api/v1/interactions/{key}/answers"
    found = (await ana.get(f"{path}?q=refund")).json()
    assert [one["name"] for one in found] == ["refund", "late"]
    assert (await ana.get(f"{path}?q=refund nothing")).json() == []
    assert (await ana.get("/api/v1/interactions/999999/answers")).status_code == 404


async def test_groups_stand_on_the_board_of_their_members(ana, ben, rows, make):
    await make("group", "lenses", LENSES)
    marta = rows.customer("Marta")
    rows.interaction("For them", marta, 1, waits=30, for_group="lenses")
    rows.interaction("For all", marta, 2, waits=5)
    tree = await page(ana, "/")
    assert texts(tree, "[data-key=group-list] .name") == ["Lens experts"]
    assert texts(tree, "[data-key=group-list] .count") == ["waiting 1"]
    assert "for Lens experts" in texts(tree, ".holder .state")
    tree = await page(ana, "/?group=lenses")
    assert texts(tree, ".list .subject") == ["For them"]
    assert (await page(ben, "/")).css("[data-key=group-list]") == []


async def test_work_in_a_removed_queue_is_in_its_successor(ana, rows, services, make):
    marta = rows.customer("Marta")
    rows.interaction("Paper", marta, 1, waits=30, queue="press")
    remove = {"seen": str(services.configuring.now.revision("queue", "press"))}
    ben = await kit.logged_in(services, "ben")
    form = {**remove, "csrf": "csrf-ben", "name": "press", "successor": "billing"}
    assert (await ben.post("/settings/queues/remove", data=form)).status_code == 303
    tree = await page(ana, "/?queue=billing")
    assert texts(tree, ".list .subject") == ["Paper"]
    listed = (await ana.get("/api/v1/queues")).json()["items"]
    assert [one["name"] for one in listed if one["waiting"]] == ["billing"]
    work = (await ana.get("/api/v1/queues/billing/work")).json()["items"]
    assert [one["subject"] for one in work] == ["Paper"]


async def test_work_of_a_removed_queue_is_found_under_its_successor(
    ana, rows, services
):
    marta = rows.customer("Marta")
    rows.contact(
        rows.interaction("Paper", marta, 1, queue="press"), marta, "A reel", 30
    )
    missed(rows, "call", marta, 2, 20, queue="press")
    removal = RemoveItem("queue", "press", successor="billing")
    await services.configuring.carry_out(removal, "ben")
    for more in ("", "&state=waiting"):
        path = f"/search?q=reel&queue=billing{more}"
        found = (await ana.get(f"/api/v1{path}")).json()
        assert [one["number"] for one in found["messages"]] == [1]
        assert len((await page(ana, path)).css(".hit.in-text")) == 1
    calls = "calls/missed?queue=billing"
    listed = (await ana.get(f"/api/v1/{calls}")).json()["items"]
    assert [one["number"] for one in listed] == [2]
    assert "Call back" in (await page(ana, f"/{calls}")).css_first("main").text()
    assert (await ana.get("/api/v1/calls/missed?queue=returns")).json()["items"] == []


async def test_the_move_menu_has_queues_groups_and_who_works_at_the_desk(
    ana, rows, make, services
):
    await make("group", "lenses", LENSES)
    key = story.tell(rows)
    tree = await page(ana, f"/interactions/{key}")
    menu = "[data-menu=hand] button"
    assert "Lens experts" in texts(tree, f"{menu}[name=group]")
    assert texts(tree, f"{menu}[name=agent]") == ["Ben"]
    assert "Press" in texts(tree, f"{menu}[name=queue]")
    await ana.post(f"/interactions/{key}/group", data={"group": "lenses"})
    await ana.post(f"/api/v1/interactions/{key}/group", json={"group": "lenses"})
    assert [asked[0] for asked in services.desk.asked] == ["assign_to_group"] * 2


async def test_the_history_goes_on_on_further_pages(ben, make, monkeypatch):
    monkeypatch.setattr(configuration, "MOST", 2)
    for number in range(4):
        await make("answer", "hello", {**HELLO, "title": f"Hello {number}"})
    path, found = "/settings/history?name=hello", []
    while path:
        tree = await page(ben, path)
        found += texts(tree, ".changes a bdi")
        older = tree.css_first(".pages a[rel=next]")
        path = older.attributes["href"] if older else ""
    assert found == [f"Hello {number}" for number in (3, 2, 1, 0)]


async def test_a_program_reads_the_history_page_by_page(ben, make):
    for number in range(3):
        await make("answer", "hello", {**HELLO, "title": f"Hello {number}"})
    path, found, cursor = "/api/v1/configuration/history", [], {}
    while cursor is not None:
        asked = {"name": "hello", "limit": 2, **cursor}
        answer = (await ben.get(path, params=asked)).json()
        found += [one["items"][0]["after"]["title"] for one in answer["items"]]
        cursor = {"cursor": answer["next"]} if answer["next"] else None
    assert found == ["Hello 2", "Hello 1", "Hello 0"]
