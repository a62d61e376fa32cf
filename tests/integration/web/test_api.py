"""The JSON API over real rows."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hub.domain.handing_over import Actor
from tests.integration.web import story


async def read(browser, path, **parameters):
    answer = await browser.get(f"/api/v1{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_queues(ana, rows):
    story.tell(rows)
    first, *_ = (await read(ana, "/queues"))["items"]
    assert (first["name"], first["title"]) == ("orders", "Orders and delivery")
    assert (first["waiting"], first["handling"]) == (7, 1)


async def test_work_by_cursor(ana, rows):
    story.tell(rows)
    first = await read(ana, "/queues/orders/work", limit=5)
    second = await read(ana, "/queues/orders/work", limit=5, cursor=first["next"])
    numbers = [row["number"] for row in first["items"] + second["items"]]
    assert len(set(numbers)) == 8
    assert second["next"] == ""


async def test_an_interaction_by_id_and_number(ana, rows):
    key = story.tell(rows)
    by_number = await read(ana, "/interactions/1024")
    assert by_number == await read(ana, f"/interactions/{key}")
    assert len(by_number["messages"]) == 4


async def test_a_customer_and_the_timeline(ana, rows):
    story.tell(rows)
    (found,) = (await read(ana, "/customers", q="marta"))["items"]
    path = f"/customers/{found['customer_id']}"
    assert await read(ana, path) == found
    history = await read(ana, f"{path}/timeline", limit=2)
    assert len(history["items"]) == 2
    assert history["next"]


@pytest.mark.parametrize(
    "path",
    ["/queues/none/work", "/interactions/1", "/interactions/x", "/customers/x"],
)
async def test_what_is_not_there(ana, path):
    answer = await ana.get(f"/api/v1{path}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_commands_take_a_number_too(ana, rows, services):
    key = story.tell(rows)
    request = str(UUID(int=5))
    await ana.post("/api/v1/interactions/1024/take")
    await ana.post("/api/v1/interactions/1024/put-back")
    await ana.post("/api/v1/interactions/1024/reopen")
    await ana.post("/api/v1/interactions/1024/close", json={"disposition": "spam"})
    done = await ana.post(
        "/api/v1/interactions/1024/reply", json={"text": " Hi ", "request": request}
    )
    assert done.json() == {"after": "W10"}
    assert [one[0] for one in services.desk.asked] == [
        "take", "put_back", "reopen", "close", "reply",
    ]  # fmt: skip
    assert services.desk.asked[-1] == ("reply", key, "ana", "Hi", UUID(request))


async def test_a_follow_up_has_a_date_with_an_offset(ana, rows, services):
    key = story.tell(rows)
    path = "/api/v1/interactions/1024/follow-up"
    done = await ana.post(path, json={"due_at": "2030-01-02T09:00:00+01:00"})
    assert done.status_code == 200
    due_at = datetime(2030, 1, 2, 8, 0, tzinfo=UTC)
    assert services.desk.asked == [("follow_up", key, Actor("ana"), due_at)]
    vague = await ana.post(path, json={"due_at": "2030-01-02T09:00:00"})
    assert vague.status_code == 422


async def test_a_cursor_that_is_none(ana):
    answer = await ana.get("/api/v1/queues/orders/work", params={"cursor": "x"})
    assert answer.json()["error"]["code"] == "bad_cursor"


async def test_health_and_readiness(ana, services):
    assert (await ana.get("/health")).json() == {"status": "ok"}
    assert (await ana.get("/ready")).status_code == 200
    services.feed._changes.connected = False
    answer = await ana.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "live_views": False}
