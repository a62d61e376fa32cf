"""Logging in through a real OpenID provider."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from events.personal import PersonalProfile
from hub.adapters.oidc import OidcProvider
from hub.application.sign_on import Admission
from hub.domain.person import Manager
from hub.runtime.clock import FixedClock, SystemClock
from hub.runtime.servers.ports import free_port
from tests.unit.web.kit_people import SHIFT

pytestmark = pytest.mark.timeout(400)  # the provider may have to be fetched
IVY = Manager("ivy", frozenset({"admin"}))
SUPPORT = {"support": ("agent",)}


def admitting(desk, **admission):
    made = replace(desk.sign_on, admission=Admission(**admission))
    return replace(desk, sign_on=made)


async def employ(staff, name="ana", *roles):
    profile = PersonalProfile(name.capitalize(), f"{name}@shop.example")
    await staff.invite(IVY, name, profile, roles or ("agent",))


async def test_who_is_known_by_a_proven_address_comes_in_where_they_wanted_to_go(
    desk, staff, browsers
):
    await employ(staff)
    browser = browsers(admitting(desk, link_by_email=True))
    done = await browser.log_in("ana", "/login/oidc?next=/customers")
    assert (done.status_code, done.headers["location"]) == (303, "/customers")
    assert await browser.me() == "ana"


async def test_who_is_linked_comes_in_again_whatever_their_address_is_then(
    desk, staff, browsers
):
    await employ(staff)
    await browsers(admitting(desk, link_by_email=True)).log_in("ana")
    await staff.rename(IVY, "ana", PersonalProfile("Ana", "new@shop.example"))
    later = browsers(desk)
    await later.log_in("ana")
    assert await later.me() == "ana"


async def test_an_address_that_was_not_proven_is_nobodys(desk, staff, browsers):
    await employ(staff, "mallory")
    browser = browsers(admitting(desk, link_by_email=True))
    done = await browser.log_in("mallory")
    assert done.status_code == 403
    assert "have no account here" in done.text
    assert await browser.me() == ""


async def test_one_links_ones_own_account(desk, staff, browsers):
    await employ(staff, "anna")
    browser = browsers(desk)
    await sessions_of(desk, browser, "anna")
    done = await browser.log_in("ana", "/account/link")
    assert done.headers["location"] == "/account?done=linked"
    later = browsers(desk)
    await later.log_in("ana")
    assert await later.me() == "anna"


async def test_an_identity_belongs_to_one_account(desk, staff, browsers):
    for name in ("anna", "ben"):
        await employ(staff, name)
        browser = browsers(desk)
        await sessions_of(desk, browser, name)
        done = await browser.log_in("ana", "/account/link")
    assert done.status_code == 403
    assert "Somebody else" in done.text


async def test_a_stranger_is_let_in_with_the_roles_of_their_groups(
    desk, staff, browsers
):
    browser = browsers(admitting(desk, let_in=True, roles=SUPPORT))
    await browser.log_in("ana")
    assert await browser.me() == "ana"
    (invited,) = await staff.history("ana")
    assert (invited.actor, invited.person.roles) == ("oidc", ("agent",))
    assert invited.person.display_name == "ana of the provider"


@pytest.mark.parametrize(
    ("admission", "who", "why"),
    [
        ({}, "ana", "have no account here"),
        ({"let_in": True, "roles": SUPPORT}, "eve", "none of your groups"),
    ],
)
async def test_a_stranger_who_may_not_come_in_is_told_whom_to_ask(
    desk, browsers, admission, who, why
):
    browser = browsers(admitting(desk, **admission))
    done = await browser.log_in(who)
    assert done.status_code == 403
    assert why in done.text
    assert await desk.accounts.people() == []


async def test_a_stranger_does_not_get_the_account_of_their_name(desk, staff, browsers):
    await employ(staff)
    browser = browsers(admitting(desk, let_in=True, roles=SUPPORT))
    done = await browser.log_in("ana")
    assert done.status_code == 403
    assert "already" in done.text
    assert await browser.me() == ""


async def test_roles_follow_the_groups_at_every_log_in(desk, staff, browsers):
    await employ(staff, "ana", "supervisor")
    admission = {"link_by_email": True, "roles": SUPPORT}
    await browsers(admitting(desk, **admission)).log_in("ana")
    assert (await desk.accounts.account("ana")).roles == {"agent"}


async def test_the_last_admin_keeps_the_role_that_no_group_gives(desk, staff, browsers):
    await employ(staff, "ana", "admin")
    browser = browsers(admitting(desk, link_by_email=True, roles=SUPPORT))
    await browser.log_in("ana")
    assert await browser.me() == "ana"
    assert (await desk.accounts.account("ana")).roles == {"admin"}


async def test_a_disabled_account_stays_closed(desk, staff, browsers):
    await employ(staff)
    await staff.disable(IVY, "ana")
    browser = browsers(admitting(desk, link_by_email=True))
    done = await browser.log_in("ana")
    assert done.status_code == 403
    assert "disabled" in done.text


async def test_whoever_says_no_there_is_not_logged_in_here(desk, browsers):
    done = await browsers(desk).log_in("nobody")
    assert done.status_code == 403
    assert "not logged in there" in done.text


async def test_what_another_browser_began_is_refused(desk, staff, browsers):
    await employ(staff)
    services = admitting(desk, link_by_email=True)
    one, other = browsers(services), browsers(services)
    back = await one.back_address(await one.set_out(), "ana")
    await other.set_out()
    stolen = await other.desk.get(back)
    assert stolen.status_code == 403
    assert "not begun in this browser" in stolen.text
    assert await other.me() == ""


async def test_a_way_back_is_gone_once(desk, staff, browsers):
    await employ(staff)
    browser = browsers(admitting(desk, link_by_email=True))
    back = await browser.back_address(await browser.set_out(), "ana")
    assert (await browser.desk.get(back)).status_code == 303
    assert (await browser.desk.get(back)).status_code == 403


async def test_a_code_that_is_used_up_says_so(desk, staff, browsers):
    await employ(staff)
    browser = browsers(admitting(desk, link_by_email=True))
    back = await browser.back_address(await browser.set_out(), "ana")
    done = await browser.desk.get(
        str(httpx.URL(back).copy_set_param("code", "invented"))
    )
    assert done.status_code == 502
    assert "took too long" in done.text


async def test_what_another_provider_sent_back_is_not_trusted(desk, staff, browsers):
    await employ(staff)
    browser = browsers(admitting(desk, link_by_email=True))
    back = await browser.back_address(await browser.set_out(), "ana")
    known = httpx.URL(back)
    assert "iss" in known.params
    for address in (
        known.copy_set_param("iss", "https://other.example"),
        known.copy_remove_param("iss"),
    ):
        state = await fresh_state(browser)
        done = await browser.desk.get(str(address.copy_set_param("state", state)))
        assert done.status_code == 502
        assert "cannot be trusted" in done.text
    assert await browser.me() == ""


async def fresh_state(browser):
    """The state of a log-in that has just begun."""
    page = await browser.desk.get("/login/oidc")
    return httpx.URL(page.headers["location"]).params["state"]


async def test_a_secret_that_the_provider_does_not_know_is_said(
    desk, settings, browsers
):
    wrong = settings.model_copy(update={"client_secret": SecretStr("another")})
    sign_on = replace(desk.sign_on, provider=OidcProvider(wrong, SystemClock()))
    done = await browsers(replace(desk, sign_on=sign_on)).log_in("ana")
    assert done.status_code == 502
    assert "client id and secret" in done.text


async def test_a_provider_that_is_away_says_so(desk, settings, browsers):
    away = settings.model_copy(update={"issuer": f"http://127.0.0.1:{free_port()}"})
    gone = replace(desk.sign_on, provider=OidcProvider(away, SystemClock()))
    done = await browsers(replace(desk, sign_on=gone)).desk.get("/login/oidc")
    assert done.status_code == 502
    assert "does not answer" in done.text


async def test_a_provider_of_another_name_is_not_trusted(desk, settings, browsers):
    named = settings.issuer.replace("127.0.0.1", "localhost")
    other = settings.model_copy(update={"issuer": named})
    odd = replace(desk.sign_on, provider=OidcProvider(other, SystemClock()))
    done = await browsers(replace(desk, sign_on=odd)).desk.get("/login/oidc")
    assert done.status_code == 502
    assert "cannot be trusted" in done.text


async def test_a_token_that_is_too_old_is_not_trusted(desk, settings, staff, browsers):
    await employ(staff)
    late = FixedClock(SystemClock().now() + timedelta(days=1))
    services = admitting(desk, link_by_email=True)
    sign_on = replace(services.sign_on, provider=OidcProvider(settings, late))
    browser = browsers(replace(services, sign_on=sign_on))
    done = await browser.log_in("ana")
    assert done.status_code == 502
    assert "cannot be trusted" in done.text
    assert await browser.me() == ""


async def test_the_log_in_page_offers_the_provider(desk, browsers):
    page = await browsers(desk).desk.get("/login?next=/customers")
    assert "Log in with the shop&#39;s account" in page.text
    assert "/login/oidc?next=/customers" in page.text


async def test_one_logs_out_of_the_provider_too(desk, issuer, browsers):
    left = await browsers(desk).desk.get("/login/oidc/out")
    assert left.headers["location"].startswith(f"{issuer}/session/end?")
    assert "client_id=touchline" in left.headers["location"]


async def sessions_of(services, browser, name):
    """Log somebody in by a password's session."""
    secret = await services.sessions.begin(name, SHIFT)
    browser.desk.cookies.set("touchline_session", secret)
