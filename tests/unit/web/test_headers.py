"""What every answer forbids the browser, and what may be kept."""

import pytest

from hub.web.assets import asset, files
from hub.web.headers import CONTENT_SECURITY_POLICY
from tests.unit.web import kit

PAGES = ["/login", "/health", "/nowhere", "/static/touchline.css", "/api/v1/queues"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_headers(path):
    answer = await kit.client(kit.web()).get(path)
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_and_nobody_else():
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


async def test_pages_are_not_kept():
    answer = await kit.client(kit.web()).get("/login")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", sorted(files()))
async def test_files_are_kept_for_ever_under_the_address_of_their_content(name):
    answer = await kit.client(kit.web()).get(asset(name))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "none.css", ""])
async def test_no_other_file_is_served(name):
    answer = await kit.client(kit.web()).get(f"/static/{name}")
    assert answer.status_code == 404


TOO_LARGE = {"name": "a" * 2_000_000, "password": "b"}


async def test_a_body_that_is_too_large_is_refused_on_a_page():
    answer = await kit.client(kit.web()).post("/login", data=TOO_LARGE)
    assert answer.status_code == 413
    assert "That is too large." in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


async def test_a_body_that_is_too_large_leaves_the_page_as_it_is():
    asked = kit.client(kit.web()).post(
        "/login", data=TOO_LARGE, headers={"HX-Request": "true"}
    )
    answer = await asked
    assert answer.headers["hx-retarget"] == "#notice"
    assert "That is too large." in answer.text


async def test_a_body_that_is_too_large_is_refused_to_a_program():
    answer = await kit.client(kit.web()).post("/api/v1/messages", json=TOO_LARGE)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


async def test_the_icon_that_browsers_ask_for_is_there():
    assert (await kit.client(kit.web()).get("/favicon.ico")).status_code == 200
