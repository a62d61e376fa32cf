"""Every route says who may use it, and means it."""

import re
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from hub.domain.person import ROLES
from hub.web.access import Public, Requires, requires
from tests.unit.web import kit

ID = str(UUID(int=7))
FORMS = {"close": {"disposition": "solved"}, "reply": {"request": ID, "text": "Hello"}}


def every_route() -> list[tuple[str, str, RouteContext]]:
    app = kit.application(kit.web())
    return [
        (method, route.path or "", route)
        for route in iter_route_contexts(app.routes)
        for method in sorted(route.methods or {"GET"})
        if method != "HEAD"
    ]


ROUTES = every_route()
NAMES = [f"{method} {path}" for method, path, _ in ROUTES]


def declared(route: RouteContext) -> list[Public | Requires]:
    dependant = getattr(route, "dependant", None)
    found = dependant.dependencies if dependant else []
    return [one.call for one in found if isinstance(one.call, Public | Requires)]


def address(path: str) -> str:
    return re.sub(r"{(\w+)(:path)?}", ID, path)


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=NAMES)
def test_a_route_declares_exactly_once_who_may_use_it(method, path, route):
    assert len(declared(route)) == 1, "add requires(…) or public()"


def test_only_these_routes_are_public():
    public = {
        path for _, path, route in ROUTES if isinstance(declared(route)[0], Public)
    }
    assert public == {
        "/login",
        "/login/oidc",
        "/login/oidc/callback",
        "/login/oidc/out",
        "/join/{secret}",
        "/demo/login/{name}",
        "/health",
        "/ready",
        "/favicon.ico",
        "/static/{name:path}",
    }


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=NAMES)
async def test_every_role_passes_where_it_is_declared_and_nowhere_else(
    method, path, route
):
    services = kit.web(*(kit.person(role, role) for role in ROLES))
    services.feed.close()
    app = kit.application(services)
    marker = declared(route)[0]
    for role in ROLES:
        status = await ask(await kit.logged_in(services, role, app), role, method, path)
        allowed = isinstance(marker, Public) or role in marker.roles
        assert (status != 403) == allowed or path.startswith("/demo"), (role, status)
        assert status != 500, role


@pytest.mark.parametrize(("method", "path", "route"), ROUTES, ids=NAMES)
async def test_nobody_is_sent_to_log_in_or_told_so(method, path, route):
    answer = await kit.client(kit.web()).request(method, address(path))
    if isinstance(declared(route)[0], Public):
        assert answer.status_code != 401 or path == "/login"
    elif path.startswith(("/api", "/live")):
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "not_logged_in"
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")


async def ask(browser, role, method, path):
    data = None
    if method != "GET":
        browser.headers["X-CSRF-Token"] = f"csrf-{role}"
        data = FORMS.get(path.rsplit("/", 1)[-1])
    body = {"json": data} if path.startswith("/api") else {"data": data}
    return (await browser.request(method, address(path), **body)).status_code


async def test_a_machine_needs_a_key_and_no_csrf_token():
    services = kit.web()
    key = await services.accounts.issue_key("robot", ["agent"])
    browser = kit.client(services)
    browser.headers["Authorization"] = f"Bearer {key}"
    answer = await browser.post(f"/api/v1/interactions/{ID}/take")
    assert answer.status_code == 200
    assert services.desk.asked == [("take", UUID(ID), "robot")]


async def test_a_revoked_key_is_nobody():
    browser = kit.client(kit.web())
    browser.headers["Authorization"] = "Bearer gone"
    answer = await browser.get("/api/v1/queues")
    assert answer.status_code == 401


def test_a_role_that_does_not_exist_cannot_be_required():
    with pytest.raises(ValueError, match="no such role: king"):
        requires("king")


def test_a_route_without_a_declaration_is_found():
    app = FastAPI(openapi_url=None)
    app.add_api_route("/open", lambda: None)
    (route,) = iter_route_contexts(app.routes)
    assert declared(route) == []


TOPICS = {
    "board": {"agent", "supervisor", "ops"},
    f"customer:{ID}": {"agent", "supervisor", "privacy"},
    f"interaction:{ID}": {"agent", "supervisor"},
}


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("topic", TOPICS)
async def test_a_role_watches_what_it_may_read(role, topic):
    services = kit.web(kit.person(role, role))
    services.feed.close()
    answer = await (await kit.logged_in(services, role)).get(f"/live?topics={topic}")
    assert answer.status_code == (200 if role in TOPICS[topic] else 403)


async def test_one_topic_too_many_closes_the_whole_stream():
    services = kit.web(kit.person("pia", "privacy"))
    browser = await kit.logged_in(services, "pia")
    answer = await browser.get(f"/live?topics=customer:{ID},board")
    assert answer.status_code == 403
    assert "board" in answer.json()["error"]["message"]
