"""The durable timer: what is due comes back once, whoever looks and however often."""

from datetime import timedelta

import pytest

from events.interaction import FollowUpDue
from hub.application.timer import LEASE, Due
from hub.domain.handing_over import Actor
from tests.integration.store.hub import heads_of_streams, heads_of_tables, together
from tests.unit.domain.touchpoints import at, mail

DUE = at(hours=5)


@pytest.fixture
def timer(hub):
    return hub.timer


@pytest.fixture
async def aside(hub):
    """An interaction that is set aside."""
    hub.take_in(mail("<1@a>"))
    (interaction,) = hub.interactions()
    await hub.desk.follow_up(interaction, Actor("ana"), DUE)
    return interaction


async def test_given_its_time_has_come_then_it_comes_back(hub, timer, aside):
    hub.clock.advance(timedelta(hours=3))
    assert timer.ring([Due(aside, DUE)]) == 1
    stored = hub.stored()[-1]
    assert hub.events("FollowUpDue") == [FollowUpDue(DUE)]
    assert (stored.actor, stored.occurred_at) == ("timer", DUE)
    _, heads = heads_of_streams(hub)
    tables, _ = heads_of_tables(hub)
    assert tables[aside].lifecycle == heads[aside]


async def test_given_an_early_look_then_nothing_happens(hub, timer, aside):
    assert timer.ring([Due(aside, DUE)]) == 0
    assert hub.events("FollowUpDue") == []


async def test_given_many_timers_at_once_then_it_comes_back_once(hub, timer, aside):
    hub.clock.advance(timedelta(hours=3))
    rings = [lambda: timer.ring([Due(aside, DUE)]) for _ in range(4)]
    assert sorted(await together(*rings)) == [0, 0, 0, 1]
    assert len(hub.events("FollowUpDue")) == 1


async def test_given_a_lease_then_nobody_else_tries_until_it_ends(hub, timer, aside):
    hub.clock.advance(timedelta(hours=3))
    now = hub.clock.now()
    assert timer.leases.claim([Due(aside, DUE)], now, now + LEASE) == [aside]
    assert timer.ring([Due(aside, DUE)]) == 0
    hub.clock.advance(LEASE)
    assert timer.ring([Due(aside, DUE)]) == 1


async def test_given_the_customer_wrote_first_then_the_timer_is_quiet(
    hub, timer, aside
):
    hub.take_in(mail("<2@a>", answers=["<1@a>"]))
    hub.clock.advance(timedelta(hours=3))
    assert timer.ring([Due(aside, DUE)]) == 0


async def test_given_another_date_then_the_first_one_does_nothing(hub, timer, aside):
    await hub.desk.follow_up(aside, Actor("ana"), DUE + timedelta(hours=1))
    hub.clock.advance(timedelta(hours=3))
    assert timer.ring([Due(aside, DUE)]) == 0
    hub.clock.advance(timedelta(hours=1))
    assert timer.ring([Due(aside, DUE + timedelta(hours=1))]) == 1
