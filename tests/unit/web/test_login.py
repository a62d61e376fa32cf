"""Logging in and out."""

import pytest

from hub.web.demo import demo_link
from tests.unit.web import kit


@pytest.fixture
def services():
    return kit.web(kit.person("ana", "agent"), demo=True)


async def log_in(services, base=kit.BASE, **form):
    browser = kit.client(services, base=base)
    return await browser.post("/login", data={"name": "ana", "password": "ana", **form})


async def test_the_right_password_opens_a_session(services):
    answer = await log_in(services, next="/customers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers")
    assert len(services.accounts.sessions) == 1


async def test_the_cookie_is_for_this_site_and_no_script(services):
    cookie = (await log_in(services)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


async def test_the_cookie_of_an_encrypted_site_stays_encrypted(services):
    answer = await log_in(services, base="https://desk.example")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-touchline_session=")
    assert "Secure" in cookie
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("form", [{"password": "x"}, {"name": "nobody"}])
async def test_a_wrong_answer_does_not_say_what_was_wrong(services, form):
    answer = await log_in(services, **form)
    assert answer.status_code == 401
    assert "do not fit together" in answer.text
    assert services.accounts.sessions == {}


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil"]
)
async def test_nobody_is_led_to_another_site(services, target):
    assert (await log_in(services, next=target)).headers["location"] == "/"


async def test_logging_in_again_ends_the_session_before(services):
    browser = await kit.logged_in(services, "ana")
    (before,) = services.accounts.sessions
    await browser.post("/login", data={"name": "ana", "password": "ana"})
    assert before not in services.accounts.sessions
    assert len(services.accounts.sessions) == 1


async def test_logging_out_ends_the_session(services):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.post("/logout", data={"csrf": "csrf-ana"})
    assert answer.headers["location"] == "/login"
    assert services.accounts.sessions == {}


async def test_a_demo_link_logs_in(services):
    link = demo_link(kit.BASE + "/", "ana", services.demo_secret)
    answer = await kit.client(services).get(link)
    assert answer.status_code == 303
    assert len(services.accounts.sessions) == 1


@pytest.mark.parametrize("secret", [b"another", b""])
async def test_a_demo_link_with_another_key_is_refused(services, secret):
    answer = await kit.client(services).get(demo_link(kit.BASE, "ana", secret))
    assert answer.status_code == 403


async def test_a_demo_link_for_somebody_unknown_logs_nobody_in(services):
    link = demo_link(kit.BASE, "eve", services.demo_secret)
    assert (await kit.client(services).get(link)).status_code == 401


async def test_there_are_no_demo_links_unless_they_are_on():
    services = kit.web(kit.person("ana", "agent"))
    link = demo_link(kit.BASE, "ana", services.demo_secret)
    browser = kit.client(services)
    assert (await browser.get(link)).status_code == 403
    assert "Ana Ortiz" not in (await browser.get("/login")).text


async def test_the_log_in_page_shows_demo_people_where_links_are_on(services):
    assert "Ana Ortiz" in (await kit.client(services).get("/login")).text
