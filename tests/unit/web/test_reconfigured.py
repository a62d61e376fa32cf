"""Boards learn that queues were edited, once for each state of the configuration."""

import json

from hub.domain.configuring import SetItem
from hub.web.live import LiveFeed
from hub.web.reconfigured import Reconfigured
from tests.unit.web import kit


async def edited_once():
    """A watcher of the board, and what tells it; somebody has named a queue anew."""
    services = kit.web(feed=LiveFeed(kit.SilentChanges(), window=0))
    watching = services.feed.subscribe(["board"], services.feed.position)
    telling = Reconfigured(services)
    document = json.loads(services.configuring.now.items("queue")["orders"])
    command = SetItem("queue", "orders", document | {"title": "Purchases"})
    await services.configuring.carry_out(command, "sue")
    return services, watching, telling


async def test_boards_are_told_that_a_queue_was_edited():
    services, watching, telling = await edited_once()
    telling.look()
    told = (await watching.next()).decode()
    assert "event: change" in told
    assert '"orders"' in told
    await services.engine.dispose()


async def test_what_stays_as_it_is_wakes_nobody():
    services, watching, telling = await edited_once()
    telling.look()
    await watching.next()
    before = services.feed.position
    telling.look()
    assert services.feed._pending is None
    assert services.feed.position == before
    await services.engine.dispose()
