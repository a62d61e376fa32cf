"""Who may be whom: the queue of suggestions, shared identifiers, and guesses."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from projections import merge_suggestions
from tests.integration.web.suggesting import suggest
from tests.unit.web import kit


@pytest.fixture
def pair(rows):
    """Marta by mail, and somebody by telephone whose number Marta stated."""
    marta = rows.customer("Marta Quiroga", "email:marta@example.org")
    other = rows.customer("M. Quiroga", "phone:+34611111111")
    return suggest(rows, marta, other)


async def tree(browser, path):
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


async def test_both_sides_stand_beside_each_other_with_the_evidence(ana, pair):
    found = await tree(ana, "/suggestions")
    assert [h.text(strip=True) for h in found.css(".half h3")] == [
        "Marta Quiroga",
        "M. Quiroga",
    ]
    assert "+34611111111" in found.css_first(".why").text()
    merge = found.css_first(".suggestion a.primary").attributes["href"]
    assert merge == f"/customers/{pair['customer_id']}/merge?into={pair['other_id']}"


async def test_a_pair_suggested_from_both_sides_is_there_once(ana, rows, pair):
    suggest(rows, pair["other_id"], pair["customer_id"], 3)
    found = await tree(ana, "/suggestions")
    assert len(found.css(".suggestion")) == 1


async def test_a_pair_that_was_merged_since_is_gone(ana, rows, pair):
    for customer in (pair["customer_id"], pair["other_id"]):
        rows.run(
            "INSERT INTO touchline_store.customer_head (customer, version, root)"
            f" VALUES ('{customer}', 1, '{pair['other_id']}')"
        )
    found = await tree(ana, "/suggestions")
    assert found.css(".suggestion") == []
    assert found.css_first(".empty")


async def test_pages_lead_through_all_of_them(ana, rows):
    marta = rows.customer("Marta", "email:marta@example.org")
    for n in range(25):
        suggest(rows, rows.customer(f"P{n}", f"email:p{n}@example.org"), marta, n)
    first = (await ana.get("/api/v1/suggestions")).json()
    rest = await ana.get("/api/v1/suggestions", params={"cursor": first["next"]})
    names = [one["customer"]["name"] for one in first["items"] + rest.json()["items"]]
    assert names == [f"P{n}" for n in range(25)]
    assert rest.json()["next"] == ""


async def test_declining_on_the_page_and_by_the_api(ana, services, pair):
    key = pair["suggestion_id"]
    page = await ana.post(f"/suggestions/{key}/decline")
    assert page.headers["location"].startswith("/suggestions?after=")
    assert (await ana.post(f"/api/v1/suggestions/{key}/decline")).status_code == 200
    assert services.identification.asked == [("decline", key, "ana")] * 2


async def test_a_customers_page_says_who_shares_what(ana, services, rows, pair):
    customer = pair["other_id"]
    found = await tree(ana, f"/customers/{customer}")
    form = found.css_first(".identity form")
    assert form.attributes["action"] == f"/customers/{customer}/identifiers/share"
    value = form.css_first("[name=identifier]").attributes["value"]
    await ana.post(form.attributes["action"], data={"identifier": value})
    path = f"/api/v1/customers/{customer}/identifiers/unshare"
    await ana.post(path, json={"identifier": "external:crm:4711"})
    assert services.identification.asked == [
        ("share", customer, "ana", "phone:+34611111111"),
        ("unshare", customer, "ana", "external:crm:4711"),
    ]


@pytest.mark.parametrize("text", ["", "external:", "external:crm", "nobody", "12345"])
async def test_what_is_no_identifier_is_refused_in_words(ana, pair, text):
    path = f"/api/v1/customers/{pair['other_id']}/identifiers/share"
    answer = await ana.post(path, json={"identifier": text})
    assert answer.status_code in {409, 422}
    assert "message" in answer.text


async def test_who_used_the_same_switchboard_is_offered_with_one_click(ana, rows):
    firm = rows.customer("The firm", "phone:+34911111111")
    marta = rows.customer("Marta", "email:marta@example.org")
    paul = rows.customer("Paul", "email:paul@example.org")
    before, caller = rows.customer("earlier"), rows.customer("caller")
    for n, one in enumerate((marta, before, caller)):
        use = {"customer_id": one, "owner_id": firm, "used_at": rows.ago(n)}
        rows.write(merge_suggestions.USES, use)
    rows.interaction("then", paul, 7, opened_for=before)
    call = rows.interaction("now", caller, 8, opened_for=caller)
    found = await tree(ana, f"/interactions/{call}")
    names = [link.text(strip=True) for link in found.css(".maybe li a")]
    assert set(names) == {"Marta", "Paul", "The firm"}
    choice = found.css_first(".maybe form")
    assert choice.attributes["action"] == f"/interactions/{call}/attribute"
    assert choice.css_first("button").attributes["name"] == "customer"


async def test_who_is_known_is_not_guessed_at(ana, rows):
    firm = rows.customer("The firm", "phone:+34911111111")
    marta = rows.customer("Marta", "email:marta@example.org")
    use = {"customer_id": marta, "owner_id": firm, "used_at": kit.NOW}
    rows.write(merge_suggestions.USES, use)
    work = rows.interaction("now", marta, 8, opened_for=marta)
    found = await tree(ana, f"/interactions/{work}")
    assert found.css(".maybe") == []


async def test_another_form_of_an_address_finds_its_customer(ana, rows):
    marta = rows.customer("Marta Quiroga", "email:marta@example.org")
    rows.customer("Other", "email:marta.other@example.org")
    rows.run(
        "INSERT INTO touchline_store.identifier_index (kind, digest, customer)"
        f" VALUES ('email', 'marta+lamp@example.org', '{marta}')"
    )
    answer = await ana.get("/api/v1/customers", params={"q": "marta+lamp@example.org"})
    assert [one["name"] for one in answer.json()["items"]] == ["Marta Quiroga"]
