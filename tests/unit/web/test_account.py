"""One's own account: password and sessions."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from hub.web.devices import device
from tests.unit.web import kit
from tests.unit.web.kit_people import SHIFT

NEW = "four unrelated words"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def services():
    return kit.web(kit.person("ana", "agent"), kit.person("ben", "agent"))


@pytest.fixture
async def ana(services):
    browser = await kit.logged_in(services, "ana")
    browser.headers["X-CSRF-Token"] = "csrf-ana"
    return browser


async def change(ana, current="ana", fresh=NEW):
    form = {"current": current, "fresh": fresh}
    return await ana.post("/account/password", data=form)


async def test_a_new_password_ends_all_other_sessions(services, ana):
    await services.sessions.begin("ana", SHIFT)
    await services.sessions.begin("ben", SHIFT)
    answer = await change(ana)
    assert answer.headers["location"] == "/account?done=password"
    assert services.accounts.passwords["ana"] == NEW
    assert list(services.sessions.open) == ["secret-ana-1", "secret-ben-3"]


async def test_the_old_password_is_asked_and_counted(services, ana):
    answer = await change(ana, current="wrong")
    assert answer.status_code == 409
    assert "not your current password" in answer.text
    assert services.accounts.passwords["ana"] == "ana"
    assert [name for name, _ in services.attempts.failed] == ["ana"]


async def test_a_weak_password_is_refused_with_advice(services, ana):
    answer = await change(ana, fresh="short")
    assert "15 characters or more" in answer.text
    assert services.accounts.passwords["ana"] == "ana"


async def test_too_many_tries_of_the_old_password_have_to_wait(services, ana):
    services.attempts.wait = timedelta(minutes=15)
    answer = await change(ana)
    assert "Wait 15 minutes" in answer.text
    assert services.accounts.passwords["ana"] == "ana"


async def test_the_page_lists_where_one_is_logged_in(services, ana):
    await services.sessions.begin("ana", SHIFT, FIREFOX)
    page = (await ana.get("/account")).text
    assert "Firefox on Linux" in page
    assert page.count("this session") == 1
    assert "Log out everywhere else" in page


async def test_a_session_elsewhere_is_ended(services, ana):
    secret = await services.sessions.begin("ana", SHIFT)
    other = services.sessions.open[secret].id
    answer = await ana.post(f"/account/sessions/{other}/end")
    assert answer.headers["location"] == "/account?done=sessions"
    assert list(services.sessions.open) == ["secret-ana-1"]


async def test_the_session_one_is_in_is_left_by_logging_out(services, ana):
    here = services.sessions.open["secret-ana-1"].id
    answer = await ana.post(f"/api/v1/account/sessions/{here}/end")
    assert answer.status_code == 409
    assert "log out instead" in answer.json()["error"]["message"]
    assert len(services.sessions.open) == 1


async def test_the_api_does_the_same(services, ana):
    await services.sessions.begin("ana", SHIFT, FIREFOX)
    listed = (await ana.get("/api/v1/account/sessions")).json()["items"]
    assert [one["current"] for one in listed] == [True, False]
    assert listed[1]["device"] == "Firefox on Linux"
    ended = await ana.post("/api/v1/account/sessions/end-others")
    assert ended.json() == {"ended": 1}
    body = {"current": "ana", "fresh": NEW}
    assert (await ana.post("/api/v1/account/password", json=body)).status_code == 204
    assert services.accounts.passwords["ana"] == NEW


async def test_a_program_has_no_sessions(services):
    key = await services.accounts.issue_key("robot", ["agent"])
    robot = kit.client(services)
    robot.headers["Authorization"] = f"Bearer {key}"
    assert (await robot.get("/api/v1/account")).json()["machine"]
    assert (await robot.get("/api/v1/account/sessions")).status_code == 409


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("curl/8.1", "curl"),
        ("", "An unknown browser"),
        ("Mozilla/5.0 (Windows NT 10.0)", "A browser on Windows"),
    ],
)
def test_a_browser_is_told_by_what_it_says(agent, told):
    assert device(agent) == told


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_cannot_begin_to_link_an_identity(ana, site):
    answer = await ana.get("/account/link", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert "another site" in answer.text


async def test_ones_own_page_can(ana):
    own = {"Sec-Fetch-Site": "same-origin"}
    assert "no single sign-on" in (await ana.get("/account/link", headers=own)).text


async def test_single_letters_are_commands_unless_one_says_no(ana):
    async def keys():
        body = LexborHTMLParser((await ana.get("/account")).text).body
        return body.attributes["data-keys"]

    assert await keys() == "all"
    await ana.post("/account/keys", data={})
    assert await keys() == "few"
    await ana.post("/account/keys", data={"single": "yes"})
    assert await keys() == "all"
