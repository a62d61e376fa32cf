"""Customers who are one person, from the command line."""

from contextlib import asynccontextmanager

import pytest

from hub.application.errors import RefusedError
from hub.bootstrap.services import open_services
from hub.cli import merging, reading
from hub.cli.output import Fault
from hub.runtime.settings import Settings
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import ANA, ANAS_PHONE, BEN, mail, sms


@pytest.fixture
def hub(database, no_settings):
    """A hub that Ana and Ben wrote to, and somebody by text message."""
    made = Hub(database)
    made.take_in(mail("<1@a>"), sms("1"), mail("<2@a>", BEN))
    yield made
    made.close()


@asynccontextmanager
async def commands(hub):
    async with open_services(Settings(database=hub.dsn)) as services:
        await services.driver.prepare()
        await services.driver.apply(hub.stored())
        yield services


async def shown(services, who):
    card, contacts, made = await reading.customer(services, who, 20)
    return [one.value for one in card.identifiers], len(contacts), made


async def test_a_trial_shows_both_sides_and_changes_nothing(hub):
    async with commands(hub) as services:
        before = hub.stored()
        found = await merging.planned(services, ANAS_PHONE, ANA)
        listing = merging.preview_listing(found)
    rows = {what: rest for what, *rest in listing.rows}
    assert rows["name"] == [None, "Ana", "Ana"]
    assert rows["contacts"] == [1, 1, 2]
    assert rows["open"] == ["#1002", "#1001", "#1001, #1002"]
    assert hub.stored() == before


async def test_two_are_merged_shown_as_one_and_parted_again(hub):
    async with commands(hub) as services:
        done = await merging.merge(services, ANAS_PHONE, ANA, "She says so.")
        await services.driver.apply(hub.stored())
        for who in (ANA, ANAS_PHONE, str(done["part"])):
            known, contacts, (made,) = await shown(services, who)
            assert (known, contacts) == ([ANA, ANAS_PHONE], 2)
        assert merging.history_listing([made]).rows[0][4] == "She says so."
        again = await merging.merge(services, str(done["part"]), ANA, "Again.")
        assert again["after"] == ""
        await merging.unmerge(services, ANAS_PHONE, "She is not.")
        await services.driver.apply(hub.stored())
        known, contacts, _ = await shown(services, ANAS_PHONE)
        assert (known, contacts) == ([ANAS_PHONE], 1)


async def test_the_only_part_need_not_be_named(hub):
    async with commands(hub) as services:
        done = await merging.merge(services, ANAS_PHONE, ANA, "She says so.")
        await services.driver.apply(hub.stored())
        assert (await merging.unmerge(services, ANA, ""))["part"] == done["part"]


async def test_of_several_parts_one_is_to_be_named(hub):
    async with commands(hub) as services:
        for who in (ANAS_PHONE, BEN):
            await merging.merge(services, who, ANA, "They say so.")
            await services.driver.apply(hub.stored())
        with pytest.raises(Fault, match="does not say which part"):
            await merging.unmerge(services, ANA, "")


async def test_what_is_no_part_is_not_parted(hub):
    async with commands(hub) as services:
        with pytest.raises(Fault, match="Nobody is a part"):
            await merging.unmerge(services, ANA, "")
        with pytest.raises(Fault, match="Nobody is known as"):
            await merging.merge(services, "nobody@example.org", ANA, "So.")
        with pytest.raises(RefusedError, match="one and the same"):
            await merging.merge(services, ANA, ANA, "So.")
