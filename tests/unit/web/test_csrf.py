"""Requests that another site makes a browser send do nothing."""

from uuid import UUID

import pytest

from tests.unit.web import kit

ID = UUID(int=7)
TAKE = f"/interactions/{ID}/take"


@pytest.fixture
def services():
    return kit.web(kit.person("ana", "agent"))


async def post(services, headers=None, data=None, path=TAKE):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.post(path, headers=headers, data=data)
    return answer.status_code


async def test_the_token_of_a_form_is_enough(services):
    assert await post(services, data={"csrf": "csrf-ana"}) == 303
    assert services.desk.asked == [("take", ID, "ana")]


async def test_the_token_of_a_header_is_enough(services):
    assert await post(services, {"X-CSRF-Token": "csrf-ana"}) == 303


@pytest.mark.parametrize("token", ["", "csrf-ben", "csrf-an", "csrf-anä"])
async def test_without_the_right_token_nothing_happens(services, token):
    assert await post(services, data={"csrf": token}) == 403
    assert services.desk.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_another_site_is_refused_even_with_the_token(services, headers):
    assert await post(services, {**headers, "X-CSRF-Token": "csrf-ana"}) == 403
    assert services.desk.asked == []


async def test_our_own_origin_passes(services):
    own = {"Origin": kit.BASE, "Sec-Fetch-Site": "same-origin"}
    assert await post(services, {**own, "X-CSRF-Token": "csrf-ana"}) == 303


async def test_a_json_body_carries_no_token(services):
    browser = await kit.logged_in(services, "ana")
    answer = await browser.post(
        f"/api/v1/interactions/{ID}/close", json={"disposition": "solved"}
    )
    assert answer.status_code == 403


async def test_another_site_cannot_log_anybody_in(services):
    answer = await kit.client(services).post(
        "/login",
        data={"name": "ana", "password": "ana"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
