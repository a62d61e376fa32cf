"""Logging in and out."""

from datetime import timedelta

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
    assert len(services.sessions.open) == 1


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
    assert services.sessions.open == {}


async def test_whoever_tries_too_often_is_told_how_long_to_wait(services):
    services.attempts.wait = timedelta(seconds=40)
    for name in ("ana", "nobody"):
        answer = await log_in(services, name=name)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "40")
        assert "Wait 40 seconds" in answer.text
    assert services.sessions.open == {}


async def test_only_failures_count(services):
    await log_in(services)
    assert services.attempts.failed == []
    await log_in(services, password="wrong")
    assert services.attempts.failed == [("ana", "127.0.0.1")]


async def test_an_expired_session_leads_back_to_where_one_was(services):
    browser = kit.client(services)
    asked = await browser.get("/customers?q=marta")
    assert asked.headers["location"] == "/login?next=/customers%3Fq%3Dmarta"


@pytest.mark.parametrize(
    ("referer", "target"),
    [
        (f"{kit.BASE}/interactions/7?after=x", "/interactions/7%3Fafter%3Dx"),
        ("https://evil.example/page", "/"),
        ("", "/"),
    ],
)
async def test_a_form_of_an_expired_session_leads_back_to_its_page(
    services, referer, target
):
    browser = kit.client(services)
    sent = await browser.post("/account/password", headers={"Referer": referer})
    assert sent.headers["location"] == f"/login?next={target}"


async def test_a_fragment_of_an_expired_session_is_no_log_in_page(services):
    browser = kit.client(services)
    answer = await browser.get("/customers", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["hx-refresh"] == "true"


async def test_a_page_whose_session_expired_keeps_what_it_was_to_send(services):
    browser = kit.client(services)
    answer = await browser.post("/account/password", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["hx-trigger"] == "logged-out"
    assert "hx-refresh" not in answer.headers


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil"]
)
async def test_nobody_is_led_to_another_site(services, target):
    assert (await log_in(services, next=target)).headers["location"] == "/"


async def test_logging_in_again_ends_the_session_before(services):
    browser = await kit.logged_in(services, "ana")
    (before,) = services.sessions.open
    await browser.post("/login", data={"name": "ana", "password": "ana"})
    assert before not in services.sessions.open
    assert len(services.sessions.open) == 1


async def test_logging_out_ends_the_session(services):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.post("/logout", data={"csrf": "csrf-ana"})
    assert answer.headers["location"] == "/login?out=1"
    assert services.sessions.open == {}


async def test_a_demo_link_logs_in(services):
    link = demo_link(kit.BASE + "/", "ana", services.demo_secret)
    answer = await kit.client(services).get(link)
    assert answer.status_code == 303
    assert len(services.sessions.open) == 1


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
