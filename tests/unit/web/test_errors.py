"""Refusals and faults, for programs and for people."""

from uuid import UUID

import pytest
from structlog.testing import capture_logs

from hub.application.errors import ConflictError, NotFoundError, RefusedError
from tests.unit.web import kit

ID = UUID(int=7)


@pytest.fixture
def services():
    return kit.web(kit.person("ana", "agent"))


async def take(services, path="/api/v1/interactions", **headers):
    browser = await kit.logged_in(services, "ana")
    browser.headers.update({"X-CSRF-Token": "csrf-ana", **headers})
    return await browser.post(f"{path}/{ID}/take")


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (NotFoundError("No such thing."), 404, "not_found"),
        (RefusedError("Ben has it."), 409, "refused"),
        (ConflictError("Try again."), 409, "conflict"),
    ],
)
async def test_a_refusal_tells_programs_what_and_people_why(
    services, refusal, status, code
):
    services.desk.refusal = refusal
    answer = await take(services)
    assert answer.status_code == status
    assert answer.json() == {
        "error": {"code": code, "message": str(refusal), "details": []}
    }


async def test_a_refused_button_says_so_and_leaves_the_page_alone(services):
    services.desk.refusal = RefusedError("Ben <b>has</b> it.")
    answer = await take(services, "/interactions", **{"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#notice"
    assert answer.headers["hx-trigger"] == "view-outdated"
    assert "Ben &lt;b&gt;has&lt;/b&gt; it." in answer.text


async def test_a_bug_shows_nothing_of_itself(services):
    services.desk.refusal = RuntimeError("the secret is 42")
    with capture_logs() as logged:
        answer = await take(services)
    assert answer.status_code == 500
    assert "42" not in answer.text
    assert [line["event"] for line in logged] == ["request_failed"]


async def test_a_lost_database_is_no_bug(services):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.get("/api/v1/queues")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "Nothing is lost" in (await browser.get("/")).text


async def test_a_wrong_body_is_named_without_its_content(services):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.post(
        f"/api/v1/interactions/{ID}/reply",
        json={"text": "my secret", "request": "my secret"},
        headers={"X-CSRF-Token": "csrf-ana"},
    )
    assert answer.status_code == 422
    assert "body.request" in answer.json()["error"]["details"][0]
    assert "my secret" not in answer.text


@pytest.mark.parametrize("after", ["x", "WzFd"])
async def test_a_token_that_is_none_is_named(services, after):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.get("/api/v1/queues", params={"after": after})
    assert answer.json()["error"]["code"] == "bad_token"


async def test_an_expired_session_leads_a_fragment_to_the_log_in(services):
    answer = await kit.client(services).get("/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-refresh"] == "true"


async def test_the_form_of_a_double_click_names_the_same_request_twice(services):
    browser = await kit.logged_in(services, "ana")
    form = {"csrf": "csrf-ana", "text": " Hello\r\nyou ", "request": str(ID)}
    for _ in range(2):
        await browser.post(f"/interactions/{ID}/reply", data=form)
    assert services.desk.asked == [("reply", ID, "ana", "Hello\nyou", ID)] * 2


async def test_an_empty_answer_is_refused(services):
    browser = await kit.logged_in(services, "ana")
    form = {"csrf": "csrf-ana", "text": "  ", "request": str(ID)}
    answer = await browser.post(f"/interactions/{ID}/reply", data=form)
    assert answer.status_code == 409
    assert services.desk.asked == []


async def test_openapi_declares_the_refusals(services):
    browser = await kit.logged_in(services, "ana")
    paths = (await browser.get("/api/v1/openapi.json")).json()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            assert {"401", "403", "422", "503"} <= set(operation["responses"]), path
    under = [path for path in paths if "/interactions/{key}/" in path]
    commands = [path for path in under if "post" in paths[path]]
    assert "/api/v1/interactions/{key}/reply" in commands
    for path in commands:
        for operation in paths[path].values():
            assert {"404", "409"} <= set(operation["responses"])
