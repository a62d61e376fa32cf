"""The configuration in the store: written once, followed by others, for groups too."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from events.configuration import ConfigurationSet
from events.ids import CONFIGURATION
from hub.application.accounts import Account
from hub.application.configuring import ConfigurationDesk
from hub.application.errors import RefusedError
from hub.bootstrap.configured import begin_configuration, configured_of
from hub.domain.configuring import RemoveItem, SetItem, UndoChange
from hub.domain.handing_over import Actor
from hub.domain.recording import Cause, Placed, pending
from hub.domain.writes import Writes
from hub.runtime.queues import Queue
from hub.runtime.settings import Settings, SettingsError
from tests.unit.domain.touchpoints import mail
from tests.waiting import becomes

QUEUES = [
    Queue(name="care", title="Care", default=True),
    Queue(name="sales", title="Sales", addresses=["buy@shop.example"]),
]
LENSES = {"title": "Lenses", "members": ["ana"]}


@dataclass
class Staff:
    """Two people at the desk, and one who is elsewhere."""

    async def people(self) -> list[Any]:
        roles = {"ana": "agent", "ben": "supervisor", "omar": "ops"}
        return [
            Account(
                name=name,
                display_name=name.title(),
                email="",
                roles=frozenset({role}),
                disabled=False,
                password=True,
                seen_at=None,
            )
            for name, role in roles.items()
        ]


@pytest.fixture
def settings(hub, no_settings):
    return Settings(database=hub.dsn, queues=QUEUES)


@pytest.fixture
def configured(hub, settings):
    """What is in force in the process of the desk."""
    with configured_of(settings, hub.recorder) as holder:
        hub.desk.commands.rules.configured.now = holder.now
        yield holder


@pytest.fixture
def office(hub, configured):
    return ConfigurationDesk(hub.desk.commands, Staff(), "DE")


def test_the_first_configuration_is_that_of_the_settings_once(hub, settings):
    begin_configuration(settings, hub.recorder)
    others = Settings(database=hub.dsn)
    begin_configuration(others, hub.recorder)
    written = hub.events("ConfigurationSet")
    assert [one.name for one in written if one.kind == "queue"] == ["care", "sales"]
    assert {stored.actor for stored in hub.stored()} == {"settings"}


def test_settings_that_do_not_fit_are_no_configuration(hub, no_settings):
    wrong = [Queue(name="care", title="Care", default=True, addresses=["us"])]
    with pytest.raises(SettingsError):
        begin_configuration(Settings(queues=wrong), hub.recorder)
    assert hub.stored() == []


async def test_an_edit_is_an_event_of_who_made_it(hub, office):
    await office.carry_out(SetItem("group", "lenses", LENSES), "ben")
    stored = hub.stored()[-1]
    assert stored.actor == "ben"
    assert isinstance(hub.events()[-1], ConfigurationSet)
    assert office.commands.rules.configured.now.groups["lenses"].members == ("ana",)


async def test_other_processes_follow(hub, settings, office):
    with configured_of(settings, hub.recorder) as elsewhere:
        await office.carry_out(SetItem("queue", "press", {"title": "Press"}), "ben")
        becomes(lambda: [*elsewhere.now.queues], ["care", "press", "sales"])


def store_document(hub, version, **document):
    """A queue as another release stores it."""
    id_ = uuid4()
    cause = Cause(id_, id_, "ben", hub.clock.now())
    event = ConfigurationSet("queue", "press", json.dumps(document))
    with hub.desk.commands.store.command() as unit:
        placed = Placed(id_, CONFIGURATION, version)
        unit.commit(Writes(events=[pending(placed, event, cause)]))


def test_what_cannot_be_read_does_not_end_the_following(hub, settings):
    with configured_of(settings, hub.recorder) as elsewhere, capture_logs() as logs:
        version = elsewhere.now.version
        store_document(hub, version + 1, title="Press", order=10**9)
        becomes(lambda: [one["event"] for one in logs][:1], ["configuration_unread"])
        store_document(hub, version + 2, title="Press", colour="red")
        becomes(lambda: [*elsewhere.now.queues], ["care", "press", "sales"])


async def test_members_of_groups_work_at_the_desk(office):
    group = {"title": "Lenses", "members": ["omar"]}
    with pytest.raises(RefusedError, match="Nobody at the desk is called omar"):
        await office.carry_out(SetItem("group", "lenses", group), "ben")


async def test_a_queue_with_open_work_goes_with_a_successor_and_comes_back(hub, office):
    hub.take_in(mail("<1@a>"))
    hub.desk.commands.rules.configured.now = office.commands.rules.configured.now
    care = {"title": "Sales", "addresses": ["buy@shop.example"], "default": True}
    await office.carry_out(SetItem("queue", "sales", care), "ben")
    with pytest.raises(RefusedError, match="1 open interactions"):
        await office.carry_out(RemoveItem("queue", "care"), "ben")
    await office.carry_out(RemoveItem("queue", "care", successor="sales"), "ben")
    assert (await office.state()).heirs() == {"care": "sales"}
    removal = (await office.state()).changes[-1].id
    await office.carry_out(UndoChange(removal), "ben")
    assert (await office.state()).heirs() == {}


async def test_what_waits_for_a_group_its_members_take(hub, office):
    hub.take_in(mail("<1@a>"), mail("<2@b>", "eve@example.com"))
    await office.carry_out(SetItem("group", "lenses", LENSES), "ben")
    first, second = hub.interactions()
    for one in (first, second):
        await hub.desk.assign_to_group(one, Actor("ben", supervisor=True), "lenses")
    await hub.desk.take(first, "ana")
    with pytest.raises(RefusedError, match="waits for the group lenses"):
        await hub.desk.take(second, "eve")
    await hub.desk.take(second, "ben", supervisor=True)
    with pytest.raises(RefusedError, match="There is no group 'lamps'"):
        await hub.desk.assign_to_group(second, Actor("ben"), "lamps")


async def test_a_group_for_which_work_waits_is_not_removed(hub, office):
    hub.take_in(mail("<1@a>"))
    await office.carry_out(SetItem("group", "lenses", LENSES), "ben")
    await hub.desk.assign_to_group(hub.interactions()[0], Actor("ana"), "lenses")
    with pytest.raises(RefusedError, match="1 interactions wait for group"):
        await office.carry_out(RemoveItem("group", "lenses"), "ben")
