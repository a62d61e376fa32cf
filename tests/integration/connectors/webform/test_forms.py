"""Forms over real HTTP."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from connectors.sdk.connector import RawInput

JSON = {"Content-Type": "application/json"}
XML = {"Content-Type": "application/xml"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SHOP = {"Origin": "https://shop.example"}


def error(response):
    return response.status_code, response.json()["error"]["code"]


async def test_given_a_form_when_posted_then_its_id_comes_after_publishing(http, ports):
    response = await http.post("/forms/contact", data={"text": "Hola"})
    assert response.status_code == 202
    assert response.json() == {
        "touchpoint_id": str(ports.publisher.touchpoints[0].touchpoint_id)
    }


async def test_given_json_when_posted_then_the_raw_body_is_kept(http, ports):
    await http.post("/forms/contact", content=b'{"text": "Hola"}', headers=JSON)
    assert ports.publisher.touchpoints[0].raw == b'{"text": "Hola"}'


async def test_given_a_file_when_posted_then_it_is_in_the_blob_store(http, ports):
    upload = {"cv": ("cv.pdf", b"%PDF", "application/pdf")}
    await http.post("/forms/contact", data={"text": "Hola"}, files=upload)
    (attachment,) = ports.publisher.touchpoints[0].attachments
    assert (attachment.name, attachment.size) == ("cv.pdf", 4)
    assert [chunk async for chunk in ports.blobs.read(attachment)] == [b"%PDF"]


async def test_given_a_key_when_posted_twice_then_one_id(http, ports):
    for _ in range(2):
        headers = {"Idempotency-Key": "k1"}
        await http.post("/forms/contact", data={"text": "Hola"}, headers=headers)
        ports.clock.advance(timedelta(seconds=1))
    assert len(ports.publisher.touchpoints) == 2
    assert len(ports.publisher.distinct) == 1


async def test_given_no_key_when_posted_twice_then_two_ids(http, ports):
    for _ in range(2):
        await http.post("/forms/contact", data={"text": "Hola"})
        ports.clock.advance(timedelta(seconds=1))
    assert len(ports.publisher.distinct) == 2


async def test_given_a_browser_when_it_posts_then_it_is_sent_on(http):
    form = {"name": "Ana", "text": "Hola"}
    response = await http.post("/forms/order", data=form, headers=BROWSER)
    assert response.status_code == 303
    assert response.headers["location"] == "/thanks"


async def test_given_a_browser_and_no_page_to_go_to_then_it_gets_thanks(http):
    response = await http.post("/forms/contact", data={"text": "a"}, headers=BROWSER)
    assert response.status_code == 202
    assert "Thank you" in response.text


async def test_given_a_robot_when_it_fills_the_trap_then_it_is_put_aside(http, ports):
    response = await http.post("/forms/contact", data={"text": "a", "website": "b"})
    assert response.status_code == 202
    assert ports.publisher.touchpoints == []
    assert "trap" in ports.publisher.rejections[0].reason


async def test_given_what_was_put_aside_when_driven_again_then_it_parses(
    http, ports, connector
):
    response = await http.post("/forms/contact", data={"text": "a", "website": "b"})
    aside = ports.publisher.rejections[0]
    again = connector.parse(RawInput(aside.raw, aside.context)).touchpoint
    assert str(again.touchpoint_id) == response.json()["touchpoint_id"]


async def test_given_an_unknown_form_when_posted_then_404(http):
    response = await http.post("/forms/nope", data={"text": "a"})
    assert error(response) == (404, "unknown_form")


async def test_given_missing_fields_when_posted_then_422_names_each(http, ports):
    response = await http.post("/forms/order", data={"subject": "a"})
    assert error(response) == (422, "invalid_fields")
    assert response.json()["error"]["message"] == "Fill in: name, text."
    assert ports.publisher.items == []


async def test_given_another_media_type_when_posted_then_415(http):
    response = await http.post("/forms/contact", content=b"<a/>", headers=XML)
    assert error(response) == (415, "wrong_content_type")


async def test_given_broken_json_when_posted_then_400(http):
    response = await http.post("/forms/contact", content=b"{", headers=JSON)
    assert error(response) == (400, "malformed")


async def test_given_too_many_fields_when_posted_then_400(http):
    form = {"text": "a"} | {f"f{n}": "a" for n in range(60)}
    response = await http.post("/forms/contact", data=form)
    assert error(response) == (400, "too_many_fields")


async def test_given_a_large_body_when_announced_then_413(http):
    response = await http.post("/forms/contact", data={"text": "x" * 300_000})
    assert error(response) == (413, "too_large")


async def test_given_a_large_body_when_streamed_then_413_while_reading(http, ports):
    async def chunks():
        for _ in range(50):
            yield b"x" * 10_000

    response = await http.post("/forms/contact", content=chunks(), headers=JSON)
    assert error(response) == (413, "too_large")
    assert ports.publisher.items == []


async def test_given_no_broker_when_posted_then_503_and_later_202(http, ports):
    ports.publisher.fail(1)
    refused = await http.post("/forms/contact", data={"text": "a"})
    assert error(refused) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert (await http.get("/health")).json()["status"] == "waiting for the broker"
    assert (await http.post("/forms/contact", data={"text": "a"})).status_code == 202
    assert (await http.get("/health")).json()["status"] == "ok"


async def test_given_work_done_when_asked_for_health_then_it_is_counted(http):
    await http.post("/forms/contact", data={"text": "a"})
    await http.post("/forms/contact", data={"text": ""})
    await http.post("/forms/contact", data={"text": "a", "website": "b"})
    health = (await http.get("/health")).json()
    assert [health[n] for n in ("accepted", "rejected", "refused")] == [1, 1, 1]


async def test_given_an_allowed_origin_when_it_asks_then_it_may_post(http):
    response = await http.options("/forms/contact", headers=SHOP)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert "idempotency-key" in response.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("path", "origin"),
    [("/forms/contact", "https://evil.example"), ("/forms/order", SHOP["Origin"])],
)
async def test_given_another_origin_when_it_asks_then_it_may_not(http, path, origin):
    response = await http.options(path, headers={"Origin": origin})
    assert "access-control-allow-origin" not in response.headers


async def test_given_an_error_when_the_origin_is_allowed_then_it_may_read_it(http):
    response = await http.post("/forms/contact", data={"text": ""}, headers=SHOP)
    assert response.status_code == 422
    assert response.headers["access-control-allow-origin"] == "https://shop.example"


async def test_given_a_form_when_opened_then_every_field_has_a_label(http):
    response = await http.get("/forms/order")
    page = HTMLParser(response.text)
    labels = {label.attributes["for"] for label in page.css("label")}
    assert {field.id for field in page.css("input, textarea")} == labels
    assert page.css_first("[name=name]").attributes.keys() >= {"required"}
    assert page.css_first("[name=external]") is None
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(("method", "code"), [("PUT", 405), ("PATCH", 405)])
async def test_given_another_method_when_asked_then_the_answer_has_our_shape(
    http, method, code
):
    assert error(await http.request(method, "/forms/contact"))[0] == code


async def test_given_another_path_when_asked_then_the_answer_has_our_shape(http):
    assert error(await http.get("/nothing")) == (404, "not_found")
