"""What is opened for one command is closed with it, however the command ends."""

from uuid import uuid4

import pytest

from hub.application.errors import NotFoundError
from hub.bootstrap.services import open_services
from hub.runtime.settings import Settings
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import mail


@pytest.fixture
def hub(database):
    """A hub with one interaction."""
    made = Hub(database)
    made.take_in(mail("<1@a>"))
    yield made
    made.close()


def left_open(services):
    pools = {
        "desk": services.desk.commands.store.recorder.datastore.pool,
        "store": services.store.pool,
        "accounts": services.accounts._pool,
    }
    found = {name for name, pool in pools.items() if not pool.closed}
    return found | ({"engine"} if services.engine.pool.checkedin() else set())


async def used(services, interaction):
    """Every one of them has a connection."""
    await services.driver.prepare()
    await services.store.heads()
    await services.accounts.people()
    await services.desk.take(interaction, "ana")


async def test_given_a_command_that_ends_well_then_nothing_is_left_open(hub):
    (interaction,) = hub.interactions()
    async with open_services(Settings(database=hub.dsn)) as services:
        await used(services, interaction)
        assert left_open(services) == {"desk", "store", "accounts", "engine"}
    assert left_open(services) == set()


async def test_given_a_command_that_is_refused_then_nothing_is_left_open(hub):
    with pytest.raises(NotFoundError):
        async with open_services(Settings(database=hub.dsn)) as services:
            await used(services, uuid4())
    assert left_open(services) == set()
