"""Who may be whom, from the command line."""

import pytest

from hub.bootstrap.services import open_services
from hub.cli import identifying
from hub.cli.output import Fault
from hub.runtime.settings import Settings
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, form, mail, sms


@pytest.fixture
def hub(database):
    """A hub that has one pair to decide about."""
    made = Hub(database)
    made.take_in(mail("<1@a>"), sms("s1"), form("f1", ANA, ANAS_PHONE))
    yield made
    made.close()


@pytest.fixture
async def services(hub):
    async with open_services(Settings(database=hub.dsn)) as opened:
        await opened.driver.prepare()
        await opened.driver.apply(hub.stored())
        yield opened


async def test_a_suggestion_is_listed_and_declined(hub, services):
    (one,) = await identifying.suggested(services, 10)
    assert [piece.value for piece in one.evidence] == [ANAS_PHONE]
    await identifying.decline(services, str(one.suggestion_id))
    await services.driver.apply(hub.stored())
    assert await identifying.suggested(services, 10) == ()


async def test_an_identifier_nobody_has_and_what_is_none_are_told_apart(services):
    with pytest.raises(Fault, match="Nobody is known by"):
        await identifying.share(services, "nobody@example.org")
    with pytest.raises(Fault, match="is no identifier"):
        await identifying.share(services, "external:crm")
    with pytest.raises(Fault, match="is no id"):
        await identifying.decline(services, "this one")
