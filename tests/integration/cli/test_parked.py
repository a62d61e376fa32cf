"""Parked work as the command line opens it, on real servers."""

from dataclasses import replace

from hub.bootstrap.services import open_services
from hub.cli import parking
from hub.runtime.settings import Settings
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import mail


class Broken:
    def holds(self, event):
        raise RuntimeError("the engine broke")


async def test_given_an_event_that_a_workflow_could_not_handle_when_retried_it_fires(
    database, kafka_server, tmp_path
):
    # Given
    hub = Hub(database)
    agent = hub.agent()
    agent.workflows = [replace(agent.workflows[0], condition=Broken())]
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())

    # When
    settings = Settings(
        database=database, kafka=kafka_server.bootstrap, data_dir=tmp_path
    )
    async with open_services(settings) as services:
        (item,) = await parking.listed(services, everything=False)
        shown = await parking.shown(services, item.id)
        said = await parking.retry(services, item.id, "ana")
        left = await parking.listed(services, everything=False)

    # Then
    assert (shown.item, said, left) == (item, "It fired.", [])
    assert [reply.author for reply in hub.replies()] == ["workflow:acknowledge"]
    hub.close()
