"""The timer as a process of its own: killed while it works, and several at once."""

import sys
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from events.sealing import PlainSealer
from hub.bootstrap.configured import begin_configuration
from hub.bootstrap.engines import engine_of
from hub.domain.handing_over import Actor
from hub.runtime.processes import spawn
from hub.runtime.settings import Settings, child_environment
from projections.catalog import LIVE
from projections.driver import Driver
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import at, mail
from tests.waiting import eventually

MANY = 300
DONE = ("touchline.FollowUpDue.v1", "touchline.ReplySent.v1")
RANG = """
SELECT count(*) AS count FROM touchline_store.events WHERE topic = ANY(%s)
"""
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def hub(database):
    made = Hub(database)
    yield made
    made.close()


@pytest.fixture
async def overdue(hub):
    """Many interactions whose dates came long ago, or whose answers were to leave."""
    settings = Settings(database=hub.dsn)
    begin_configuration(settings, hub.recorder)
    hub.take_in(*(mail(f"<{n}@a>", f"p{n}@example.org") for n in range(MANY)))
    hold = timedelta(seconds=10)
    for number, interaction in enumerate(hub.interactions()):
        if number % 2:
            await hub.desk.follow_up(interaction, Actor("ana"), at(hours=3))
        else:
            once = UUID(int=number)
            await hub.desk.reply(interaction, "ana", "Hello", request=once, hold=hold)
    engine = engine_of(settings)
    driver = Driver(engine, LIVE, PlainSealer(), hub.clock)
    await driver.prepare()
    await driver.apply(hub.stored())
    await engine.dispose()
    return hub.interactions()


@pytest.fixture
def start(hub, tmp_path):
    """Starts timers; they end with the test."""
    running = []

    def begin():
        environment = child_environment({"TOUCHLINE_DATABASE": hub.dsn})
        command = [sys.executable, "-P", "-m", "hub", "timer"]
        log = tmp_path / f"timer{len(running)}.log"
        running.append(spawn(command, log=log, environment=environment))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def rang(hub):
    return hub.rows(RANG, list(DONE))[0]["count"]


def kill(*processes):
    for process in processes:
        process.kill()
        process.wait()


async def test_given_timers_that_are_killed_then_all_is_done_once(hub, overdue, start):
    # Given: one that dies with work in its hands, and two that die in the midst of it
    with hub.no_writers():
        first = start()
        eventually(lambda: hub.rows("SELECT 1 FROM touchline_timer.leases"), "it works")
        kill(first)
    assert rang(hub) == 0
    some = [start(), start()]
    eventually(lambda: rang(hub) >= MANY / 10, "some of it is done", seconds=60)
    kill(*some)

    # When
    start()
    eventually(lambda: rang(hub) >= MANY, "all of it is done", seconds=90)

    # Then
    due = [s for s in hub.stored() if s.type_name in DONE]
    assert Counter(s.stream for s in due) == Counter(overdue)
    assert len({s.event_id for s in due}) == MANY
    recorded = [e for e in hub.events("TouchpointRecorded") if e.direction == "out"]
    assert Counter(e.touchpoint_id for e in recorded) == Counter(
        e.touchpoint_id for e in hub.replies()
    )
