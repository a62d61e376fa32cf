"""The workflow agent: exactly the events beyond its watermark, once each."""

from dataclasses import replace

import pytest

from events import wire
from events.personal import PersonalContent
from events.sealing import PlainSealer
from hub.adapters.postgres.workflow_store import PostgresWorkflowStore
from hub.application.intake import StoreUnavailableError
from tests.integration.store.hub import together
from tests.unit.domain.touchpoints import (
    ANA,
    BEN,
    at,
    call,
    form,
    mail,
    sms,
)


@pytest.fixture
def agent(hub):
    """Active before anything was stored."""
    return hub.agent()


def people(count):
    return [f"p{n}@example.org" for n in range(count)]


def greeted(hub):
    return [e.customer_id for e in hub.replies()]


def test_the_first_mail_and_form_are_acknowledged(hub, agent):
    hub.take_in(mail("<1@a>"), form("f1", BEN), sms("s1"), call("c1", "ringing"))
    assert agent.handle(hub.stored()).fired == 2
    authors = {(r.author, r.automatic) for r in hub.replies()}
    assert authors == {("workflow:acknowledge", "auto-replied")}


def test_redelivery_fires_nothing_again(hub, agent):
    hub.take_in(mail("<1@a>"))
    stored = hub.stored()
    agent.handle(stored)
    assert agent.handle(stored).fired == 0
    assert agent.handle([*stored, *stored]).fired == 0
    assert len(hub.replies()) == 1


def test_a_restarted_agent_goes_on_where_the_last_one_was(hub, agent):
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    hub.take_in(mail("<2@b>", BEN))
    again = hub.agent()
    again.handle(hub.stored())
    assert len(hub.replies()) == 2


def test_a_watermark_that_was_lost_fires_nothing_again(hub, agent):
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    unit = PostgresWorkflowStore(hub.recorder, hub.clock)
    with unit.workflow() as work:
        work.move_marks(dict.fromkeys(range(64), 0))
    assert agent.handle(hub.stored()).fired == 0
    assert len(hub.replies()) == 1


def test_at_a_gap_a_slice_stops_and_says_what_is_missing(hub, agent):
    hub.take_in(*(mail(f"<{n}@a>", p) for n, p in enumerate(people(200))))
    stored = hub.stored()
    slice_ = stored[-1].slice
    mine = [s for s in stored if s.slice == slice_]
    batch = agent.handle(mine[1:])
    assert batch.gaps == [(slice_, 0, mine[1].position)]
    assert hub.replies() == []
    agent.handle(mine)
    assert agent.handle(mine[1:]).gaps == []


async def test_two_agents_at_once_fire_once(hub, agent):
    hub.take_in(*(mail(f"<{n}@a>", p) for n, p in enumerate(people(30))))
    other, stored = hub.agent(), hub.stored()
    results = await together(*(lambda a=a: a.handle(stored) for a in (agent, other)))
    assert sum(batch.fired for batch in results) == 30
    assert sorted(map(str, greeted(hub))) == sorted(set(map(str, greeted(hub))))


async def test_agents_and_intake_at_once_keep_all_versions(hub, agent):
    first = [mail(f"<{n}@a>", p) for n, p in enumerate(people(20))]
    more = [mail(f"<{n}@b>", p) for n, p in enumerate(people(20))]
    hub.take_in(*first)
    stored = hub.stored()
    results = await together(
        lambda: agent.handle(stored), lambda: [hub.take_in(m) for m in more]
    )
    assert not [r for r in results if isinstance(r, Exception)]
    assert len(hub.replies()) == 20
    assert len(hub.events("TouchpointRecorded")) == 60


def test_what_was_stored_before_activation_fires_nothing(hub):
    hub.take_in(mail("<1@a>"))
    agent = hub.agent()
    hub.take_in(mail("<2@b>", BEN))
    agent.handle(hub.stored())
    assert len(hub.replies()) == 1


@pytest.mark.parametrize(
    "silent",
    [
        mail("<1@a>", automatic="auto-replied"),
        mail("<1@a>", sender="buy@shop.example"),
        replace(mail("<1@a>"), sender=None),
        replace(mail("<1@a>"), direction="out"),
        form("f1", "+34611111111"),
    ],
    ids=["robot", "ourselves", "nobody", "ours", "phone only"],
)
def test_nobody_is_acknowledged_where_nobody_waits(hub, agent, silent):
    hub.take_in(silent)
    assert agent.handle(hub.stored()).fired == 0
    assert hub.replies() == []


def test_an_answer_in_the_same_interaction_is_not_acknowledged(hub, agent):
    hub.take_in(mail("<1@a>"), mail("<2@a>", answers=["<1@a>"], when=at(hours=1)))
    agent.handle(hub.stored())
    assert len(hub.replies()) == 1


def test_the_acknowledgement_continues_the_thread_and_its_answer_joins(hub, agent):
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    (sent,) = [s for s in hub.stored() if s.type_name == "touchline.ReplySent.v1"]
    message = agent.rules.sealer.unseal(wire.decode(sent).event.personal, sent.event_id)
    assert (message.in_reply_to, message.to.value) == ("<1@a>", ANA)
    assert "1001" in message.text
    hub.take_in(mail("<2@a>", answers=[message.message_id]))
    assert len(hub.interactions()) == 1


def test_a_damaged_event_is_parked_and_the_others_fire(hub, agent):
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    stored = hub.stored()
    bad = next(s for s in stored if "InteractionOpened" in s.type_name)
    agent.handle([s._replace(body=b"x") if s is bad else s for s in stored])
    assert len(hub.replies()) == 1
    (row,) = hub.rows("SELECT event_id FROM touchline_workflows.parked")
    assert row == {"event_id": bad.event_id}


class Broken:
    def holds(self, event):
        raise RuntimeError("the engine broke")


def test_a_condition_that_breaks_parks_and_does_not_stop_the_agent(hub, agent):
    broken = replace(agent.workflows[0], name="broken", condition=Broken())
    agent.workflows = [broken, *agent.workflows]
    agent.start()
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    (row,) = hub.rows("SELECT workflow, reason FROM touchline_workflows.parked")
    assert row == {"workflow": "broken", "reason": "RuntimeError: the engine broke"}
    assert len(hub.replies()) == 1


class NoKeyForAna(PlainSealer):
    """Breaks when the first of a reply's two events is decided already."""

    def seal(self, personal, event_id, *where):
        if (
            isinstance(personal, PersonalContent)
            and personal.participants[0].value == ANA
        ):
            raise RuntimeError("no key")
        return super().seal(personal, event_id)


def parked_reasons(hub):
    rows = hub.rows("SELECT workflow, reason FROM touchline_workflows.parked")
    return [(row["workflow"], row["reason"]) for row in rows]


def test_given_a_reply_that_cannot_be_decided_then_it_is_parked_and_others_fire(
    hub, agent
):
    agent.rules = replace(agent.rules, sealer=NoKeyForAna())
    hub.take_in(mail("<1@a>"), mail("<2@b>", BEN))
    stored = hub.stored()
    assert agent.handle(stored).fired == 1
    assert len(hub.replies()) == len(hub.events("TouchpointRecorded")) - 2 == 1
    assert parked_reasons(hub) == [("acknowledge", "RuntimeError: no key")]
    assert agent.handle(stored).fired == 0


def test_given_a_reply_that_the_store_refuses_then_it_is_parked_and_others_fire(
    hub, agent
):
    hub.take_in(mail("<1@a>"))
    agent.handle(hub.stored())
    (sent,) = hub.replies()
    forget(hub, sent.touchpoint_id)
    hub.take_in(mail("<2@b>", BEN))
    assert agent.handle(hub.stored()).fired == 1
    assert len(hub.replies()) == 2
    ((name, reason),) = parked_reasons(hub)
    assert (name, reason.partition(":")[0]) == ("acknowledge", "StoreConflictError")


def forget(hub, touchpoint):
    """The index and the watermarks as if it had not been sent; its events stay."""
    hub.rows(
        "DELETE FROM touchline_store.touchpoint_index"
        " WHERE touchpoint = %s RETURNING touchpoint",
        touchpoint,
    )
    hub.rows("UPDATE touchline_workflows.watermarks SET position = 0 RETURNING slice")


class CutsTheLine(PlainSealer):
    """Ends the connections that are in a transaction."""

    def __init__(self, hub):
        self.hub = hub

    def seal(self, personal, event_id, *where):
        self.hub.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        return super().seal(personal, event_id)


def test_given_the_store_goes_away_while_firing_then_nothing_is_parked(hub, agent):
    meant = agent.rules
    agent.rules = replace(meant, sealer=CutsTheLine(hub))
    hub.take_in(mail("<1@a>"))
    with pytest.raises(StoreUnavailableError):
        agent.handle(hub.stored())
    assert parked_reasons(hub) == []
    agent.rules = meant
    assert agent.handle(hub.stored()).fired == 1


def test_a_store_that_is_away_loses_nothing(hub, agent):
    hub.take_in(mail("<1@a>"))
    stored, real = hub.stored(), agent.store
    agent.store = Away()
    with pytest.raises(StoreUnavailableError):
        agent.handle(stored)
    agent.store = real
    assert agent.handle(stored).fired == 1


class Away:
    def workflow(self):
        raise StoreUnavailableError
