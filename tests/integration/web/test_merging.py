"""Customers who are one person, on the desk and in the API."""

from uuid import UUID

import pytest
from selectolax.lexbor import LexborHTMLParser

from events.sealing import PlainSealer
from projections.catalog import ALL
from projections.driver import Driver
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, at, mail, sms
from tests.unit.web import kit


class Shop:
    """A hub in which Ana wrote a mail and somebody a text, and its read models."""

    def __init__(self, hub, driver):
        self.hub, self.driver = hub, driver
        hub.take_in(mail("<1@a>"), sms("1", when=at(minutes=1)))
        opened = hub.events("InteractionOpened")
        self.ana, self.texting = (one.customer_id for one in opened)

    async def show(self):
        """The read models catch up."""
        await self.driver.apply(self.hub.stored())


@pytest.fixture
def hub(database):
    made = Hub(database)
    yield made
    made.close()


@pytest.fixture
async def services(url, hub):
    people = [kit.person(name, "agent") for name in ("ana", "ben")]
    people += [kit.person("sue", "supervisor"), kit.person("pia", "privacy")]
    made = kit.web(*people, url=url, customers=hub.customers)
    yield made
    await made.engine.dispose()


@pytest.fixture
async def shop(services, hub):
    driver = Driver(services.engine, ALL, PlainSealer(), hub.clock)
    await driver.prepare()
    made = Shop(hub, driver)
    await made.show()
    return made


@pytest.fixture
async def ana(services):
    async with await browser(services, "ana") as opened:
        yield opened


async def browser(services, name):
    made = await kit.logged_in(services, name)
    made.headers["X-CSRF-Token"] = f"csrf-{name}"
    return made


async def merge(page, shop, **more):
    answer = await page.post(
        f"/customers/{shop.texting}/merge",
        data={"into": str(shop.ana), "why": "She signs as Ana.", **more},
    )
    await shop.show()
    return answer


async def tree(page, path):
    answer = await page.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def words(node):
    return " ".join(node.text().split())


async def test_others_are_found_by_what_they_are_known_by_but_not_oneself(ana, shop):
    found = await tree(ana, f"/customers/{shop.texting}/merge?q=6")
    assert found.css("#merging-found button") == []
    found = await tree(ana, f"/customers/{shop.texting}/merge?q=ana")
    (button,) = found.css("#merging-found button")
    assert button.attributes["value"] == str(shop.ana)


async def test_both_sides_and_the_result_are_compared_before_a_merge(ana, shop):
    found = await tree(ana, f"/customers/{shop.texting}/merge?into={shop.ana}")
    part, whole, result = map(words, found.css(".half"))
    assert (ANAS_PHONE in part, ANA in part) == (True, False)
    assert (ANAS_PHONE in whole, ANA in whole) == (False, True)
    assert (ANAS_PHONE in result, ANA in result) == (True, True)
    counts = [words(one)[0] for one in found.css(".half .facts dd:first-of-type")]
    assert counts[::4] == ["1", "1", "2"]
    form = found.css_first("main form[method=post]")
    assert form.attributes["action"] == f"/customers/{shop.texting}/merge"
    around = f"/customers/{shop.ana}/merge?into={shop.texting}"
    assert found.css(f"a[href='{around}']")


async def test_a_merge_leads_to_the_whole_customer_with_its_history(ana, shop):
    answer = await merge(ana, shop)
    place = answer.headers["location"]
    assert (answer.status_code, place.partition("?")[0]) == (
        303,
        f"/customers/{shop.ana}",
    )
    found = await tree(ana, place)
    known = words(found.css_first(".known"))
    assert (ANA in known, ANAS_PHONE in known) == (True, True)
    merges = words(found.css_first(".merges"))
    assert "is a part of Ana" in merges
    assert "She signs as Ana." in merges
    topics = found.css_first("body").attributes["data-topics"]
    everybody = {f"customer:{one.hex}" for one in (shop.ana, shop.texting)}
    assert set(topics.split(",")) == {*everybody, "missed", "agent:ana"}


async def test_a_part_says_whose_it_is_and_leads_there(ana, shop):
    await merge(ana, shop)
    found = await tree(ana, f"/customers/{shop.texting}")
    notice = found.css_first(".notice")
    assert "A part of Ana" in words(notice)
    assert notice.css_first("a").attributes["href"] == f"/customers/{shop.ana}"
    assert ANA not in words(found.css_first(".known"))
    assert found.css("a[href$='/merge']") == []


async def test_undo_is_offered_to_who_merged_and_to_supervisors(ana, services, shop):
    await merge(ana, shop)
    shown = {}
    for name in ("ana", "ben", "sue", "pia"):
        async with await browser(services, name) as page:
            found = await tree(page, f"/customers/{shop.ana}")
            shown[name] = len(found.css(".merges form"))
    assert shown == {"ana": 1, "ben": 0, "sue": 1, "pia": 0}


async def test_undo_brings_one_back_to_where_one_was(ana, shop):
    await merge(ana, shop)
    found = await tree(ana, f"/customers/{shop.ana}")
    form = found.css_first(".merges form")
    data = {
        one.attributes["name"]: one.attributes["value"]
        for one in form.css("input[type=hidden]")
    }
    answer = await ana.post(form.attributes["action"], data=data)
    await shop.show()
    assert answer.headers["location"].startswith(f"/customers/{shop.ana}?after=")
    found = await tree(ana, answer.headers["location"])
    assert ANAS_PHONE not in words(found.css_first(".known"))
    assert "undone" in words(found.css_first(".merges"))


async def test_what_the_rules_refuse_is_said_where_one_chooses(ana, shop):
    same = await tree(ana, f"/customers/{shop.ana}/merge?into={shop.ana}")
    assert "one and the same" in words(same.css_first("main [role=alert]"))
    unknown = await tree(ana, f"/customers/{shop.ana}/merge?into={UUID(int=1)}")
    assert "no such customer" in words(unknown.css_first("main [role=alert]"))
    strange = await tree(ana, f"/customers/{shop.ana}/merge?into=x")
    assert "no such customer" in words(strange.css_first("main [role=alert]"))


async def test_a_merge_without_a_reason_is_refused(ana, shop):
    answer = await merge(ana, shop, why=" ")
    assert answer.status_code == 409
    assert "Say why" in answer.text


async def test_the_interaction_shows_the_person_beside_it(ana, shop):
    await merge(ana, shop)
    for key in shop.hub.interactions():
        found = await tree(ana, f"/interactions/{key}")
        side = words(found.css_first("#side .known"))
        assert (ANA in side, ANAS_PHONE in side) == (True, True)


async def test_the_api_previews_merges_tells_and_undoes(ana, shop):
    path = f"/api/v1/customers/{shop.texting}"
    asked = {"into": str(shop.ana), "dry_run": True}
    planned = (await ana.post(f"{path}/merge", json=asked)).json()
    assert planned["result"]["card"]["contacts_in"] == 2
    assert shop.hub.events("CustomerMerged") == []

    done = await ana.post(f"{path}/merge", json={"into": str(shop.ana), "why": "So."})
    await shop.show()
    after = done.json()["after"]
    card = (await ana.get(path, params={"after": after})).json()
    assert card["customer_id"] == str(shop.ana)
    assert [one["customer_id"] for one in card["members"]] == [str(shop.texting)]
    history = (await ana.get(f"{path}/timeline")).json()
    assert len(history["items"]) == 2
    (merged,) = (await ana.get(f"{path}/merges")).json()
    assert (merged["why"], merged["merged_by"]) == ("So.", "ana")

    undo = {"merge": merged["merge_id"], "why": "No."}
    for moved in (True, False):
        answer = await ana.post(f"{path}/unmerge", json=undo)
        assert (answer.status_code, bool(answer.json()["after"])) == (200, moved)
    await shop.show()
    (undone,) = (await ana.get(f"{path}/merges")).json()
    assert undone["undone_why"] == "No."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"into": "x", "why": "So."}, 422),
        ({"into": str(UUID(int=1)), "why": "So."}, 404),
        ({"into": str(UUID(int=1)), "dry_run": True}, 404),
    ],
    ids=["nothing", "no id", "unknown", "unknown, tried"],
)
async def test_the_api_refuses_what_makes_no_sense(ana, shop, body, status):
    path = f"/api/v1/customers/{shop.texting}/merge"
    assert (await ana.post(path, json=body)).status_code == status


async def test_somebody_else_s_merge_is_not_undone(ana, services, shop):
    await merge(ana, shop)
    async with await browser(services, "ben") as ben:
        path = f"/api/v1/customers/{shop.texting}/unmerge"
        answer = await ben.post(path, json={})
    assert answer.status_code == 409
    assert "ana merged these customers" in answer.text
