"""The page where it is decided who works here, and the same in the API."""

from datetime import timedelta

import pytest
from typing_extensions import override

from events.personal import PersonalProfile
from hub.application.errors import RefusedError
from hub.application.letters import LetterError, Letters
from tests.unit.web import kit

URL = f"{kit.BASE}/join/link-ana"


class Post(Letters):
    """Keeps what it is given; `broken` takes nothing."""

    def __init__(self, *, broken=False):
        self.broken = broken
        self.sent = []

    @override
    async def send(self, to, subject, text):
        if self.broken:
            raise LetterError("refused")
        self.sent.append((to, text))


@pytest.fixture
def services():
    return kit.web(kit.person("ivy", "admin"), kit.person("ana", "agent"))


@pytest.fixture
async def ivy(services):
    return await manager(services)


async def manager(services):
    browser = await kit.logged_in(services, "ivy")
    browser.headers["X-CSRF-Token"] = "csrf-ivy"
    return browser


async def invite(browser, **form):
    asked = {"name": "ana", "display_name": "Ana", "role": ["agent", "ops"], **form}
    return await browser.post("/settings/people", data=asked)


async def test_the_list_finds_people_by_all_that_is_known(ivy):
    everybody = (await ivy.get("/settings/people")).text
    assert "Ivy" in everybody
    assert "Ana" in everybody
    found = (await ivy.get("/settings/people?q=AGENT+an")).text
    assert "/settings/people/ana" in found
    assert "/settings/people/ivy" not in found
    assert "Nobody fits" in (await ivy.get("/settings/people?state=locked")).text


async def test_typing_gets_the_list_alone(ivy):
    typed = await ivy.get("/settings/people?q=ana", headers={"HX-Request": "true"})
    assert "<h1>" not in typed.text
    assert "/settings/people/ana" in typed.text


async def test_an_invitation_shows_its_link_once(services, ivy):
    answer = await invite(ivy)
    profile = PersonalProfile("Ana")
    assert services.staff.asked == [("ivy", "invite", "ana", profile, ("agent", "ops"))]
    assert URL in answer.text
    assert URL not in (await ivy.get("/settings/people/ana")).text


async def test_a_refused_invitation_keeps_what_was_typed(services, ivy):
    services.staff.refusal = RefusedError("Somebody has it already.")
    answer = await invite(ivy, display_name="Ana <b>O.</b>")
    assert answer.status_code == 409
    assert "Somebody has it already." in answer.text
    assert "Ana &lt;b&gt;O.&lt;/b&gt;" in answer.text
    assert services.links.open == {}


@pytest.mark.parametrize("broken", [False, True])
async def test_an_invitation_goes_by_mail_where_there_is_a_server(broken):
    people = kit.person("ivy", "admin"), kit.person("ana", "agent")
    services = kit.web(*people, letters=Post(broken=broken))
    services.accounts.emails["ana"] = "ana@shop.example"
    answer = await invite(await manager(services), email="ana@shop.example")
    assert ("It was sent to ana@shop.example" in answer.text) != broken
    assert URL in answer.text
    assert [to for to, _ in services.letters.sent] == ["ana@shop.example"][broken:]
    assert all(URL in text for _, text in services.letters.sent)


@pytest.mark.parametrize(
    ("path", "form", "asked"),
    [
        ("roles", {"role": ["ops"]}, ("change_roles", "ana", ("ops",))),
        (
            "profile",
            {"display_name": "A.", "email": "a@b.example"},
            ("rename", "ana", PersonalProfile("A.", "a@b.example")),
        ),
        ("disable", {}, ("disable", "ana")),
        ("enable", {}, ("enable", "ana")),
        ("undo", {"version": "3"}, ("undo", "ana", 3)),
        ("unlock", {}, ("may_manage", "ana")),
        ("log-out", {}, ("may_manage", "ana")),
    ],
)
async def test_every_button_asks_for_one_thing(services, ivy, path, form, asked):
    answer = await ivy.post(f"/settings/people/ana/{path}", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/settings/people/ana?done=")
    assert services.staff.asked == [("ivy", *asked)]


async def test_sessions_of_others_are_ended_one_by_one_or_all(services, ivy):
    browsers = [await kit.logged_in(services, "ana") for _ in range(3)]
    first = services.sessions.open[browsers[0].cookies["touchline_session"]].id
    await ivy.post(f"/settings/people/ana/sessions/{first}/end")
    assert len(await services.sessions.of("ana")) == 2
    await ivy.post("/api/v1/people/ana/log-out")
    assert await services.sessions.of("ana") == []
    assert len(await services.sessions.of("ivy")) == 1


async def test_who_has_no_say_ends_nothing(services, ivy):
    await kit.logged_in(services, "ana")
    services.attempts.failed = [("ana", "192.0.2.1")]
    services.staff.refusal = RefusedError("Only an admin decides.")
    for path in ("log-out", "unlock", "reset"):
        assert (await ivy.post(f"/settings/people/ana/{path}")).status_code == 409
    assert len(await services.sessions.of("ana")) == 1
    assert services.attempts.failed
    assert services.links.open == {}


async def test_a_supervisor_is_offered_no_guarded_role():
    services = kit.web(kit.person("sofia", "supervisor"), kit.person("omar", "ops"))
    sofia = await kit.logged_in(services, "sofia")
    page = (await sofia.get("/settings/people")).text
    assert 'value="agent"' in page
    assert 'value="admin"' not in page
    guarded = (await sofia.get("/settings/people/omar")).text
    assert "Only an admin decides" in guarded
    assert "Disable" not in guarded


async def test_somebody_unknown_is_not_found(ivy):
    assert (await ivy.get("/settings/people/eve")).status_code == 404


async def test_the_api_invites_and_lists(services, ivy):
    body = {"name": "ana", "display_name": "Ana", "roles": ["agent"]}
    made = (await ivy.post("/api/v1/people", json=body)).json()
    assert made["url"] == URL
    assert made["expires_at"].startswith((kit.NOW + timedelta(days=3)).isoformat()[:19])
    listed = (await ivy.get("/api/v1/people")).json()["items"]
    assert [one["name"] for one in listed] == ["ana", "ivy"]
    assert (await ivy.get("/api/v1/people/ana/history")).json() == {"items": []}
