"""Where an interaction stands, after any events in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.customer import CustomerOpened
from events.envelope import Event
from events.interaction import (
    CallSignalled,
    FollowUpCancelled,
    FollowUpDue,
    FollowUpSet,
    InteractionAssigned,
    InteractionAssignedToGroup,
    InteractionClosed,
    InteractionMoved,
    InteractionOpened,
    InteractionPutBack,
    InteractionReopened,
    InteractionTaken,
    ReplyHeld,
    ReplySent,
    ReplyWithdrawn,
    TouchpointAttached,
)
from events.lifecycle import Lifecycle, advance
from tests.unit.events.strategies import moments, values

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ID = UUID(int=1)
STATES = {"waiting", "handling", "wrap_up", "deferred", "closed"}


def at(minutes):
    return START + timedelta(minutes=minutes)


def opened(direction="in", channel="email"):
    return InteractionOpened(
        1, ID, ID, channel, direction, "care", "", None, imported=False, personal=b""
    )


def attached(direction="in"):
    return TouchpointAttached(ID, ID, "email", direction, "", b"")


def replied(automatic=""):
    return ReplySent(ID, ID, "email", "", "ana", automatic, b"")


def signalled(number, name, agent="", leg=None):
    return CallSignalled(UUID(int=number), ID, name, agent, b"", leg)


def after(*events):
    now = Lifecycle()
    for minute, event in enumerate(events):
        now = advance(now, event, at(minute))
    return now


few_ids = st.integers(min_value=1, max_value=3).map(lambda n: UUID(int=n))
any_event = st.one_of([values(cls) for cls in get_args(Event)])
signals = st.builds(
    signalled,
    st.integers(min_value=0, max_value=9),
    st.sampled_from(
        ["ringing", "answered", "held", "transferred", "ended", "lost", "x"]
    ),
    st.sampled_from(["", "ana"]),
    st.sampled_from([None, UUID(int=12)]),
)


replies = st.one_of(
    st.builds(
        ReplyHeld, few_ids, st.just("email"), st.just("ana"), moments, st.just(b"")
    ),
    st.builds(ReplyWithdrawn, few_ids),
    st.builds(lambda id_: replace(replied(), touchpoint_id=id_), few_ids),
)


@given(st.lists(st.tuples(any_event | signals | replies, moments), max_size=15))
def test_it_is_total_over_every_order_of_events(history):
    now = Lifecycle()
    for event, moment in history:
        now = advance(now, event, moment)
        assert now.state in STATES
        assert now.agent == "" or now.state != "waiting"
        assert (now.follow_up_at is not None) == (now.state == "deferred")
        assert now.merged_into is None or now.state == "closed"
        waits = now.agent == "" and now.state in {"waiting", "deferred"}
        assert now.for_group == "" or waits
        assert len({held.touchpoint for held in now.held}) == len(now.held)


def test_a_contact_waits_in_its_queue():
    now = after(opened())
    assert (now.state, now.queue, now.waiting_since) == ("waiting", "care", at(0))
    assert (now.contacts, now.last_contact_at) == (1, at(0))


def test_our_own_call_is_being_handled():
    assert after(opened("out")).state == "handling"


def test_it_waits_until_somebody_takes_it_and_again_when_put_back():
    taken = after(opened(), InteractionTaken("ana"))
    assert (taken.state, taken.agent, taken.waiting_since) == ("handling", "ana", None)
    back = after(opened(), InteractionTaken("ana"), InteractionPutBack("ana"))
    assert (back.state, back.agent, back.waiting_since) == ("waiting", "", at(2))


def test_moving_changes_the_queue_and_frees_it():
    now = after(opened(), InteractionTaken("ana"), InteractionMoved("sales"))
    assert (now.state, now.agent, now.queue) == ("waiting", "", "sales")


def test_closing_and_reopening():
    closed = after(opened(), InteractionClosed("solved"))
    assert (closed.state, closed.disposition) == ("closed", "solved")
    assert (closed.closed_at, closed.waiting_since) == (at(1), None)
    again = after(opened(), InteractionClosed("solved"), InteractionReopened("agent"))
    assert (again.state, again.disposition, again.closed_at) == ("waiting", "", None)


def test_contacts_count_what_came_in_only():
    now = after(opened(), attached(), attached("out"), replied())
    assert (now.contacts, now.last_contact_at) == (2, at(3))


def test_an_automatic_reply_is_no_contact():
    assert after(opened(), replied("auto-replied")).last_contact_at == at(0)


def test_a_late_contact_does_not_move_the_last_one_back():
    now = advance(after(opened(), attached()), attached(), at(-60))
    assert (now.contacts, now.last_contact_at) == (3, at(1))


@pytest.mark.parametrize(
    ("names", "state"),
    [
        (["ringing"], "waiting"),
        (["ringing", "answered"], "handling"),
        (["ringing", "answered", "held"], "handling"),
        (["ringing", "answered", "ended"], "wrap_up"),
        (["ringing", "ended"], "closed"),
        (["ended", "ringing"], "closed"),
    ],
    ids=str,
)
def test_a_call_moves_its_interaction(names, state):
    ring = [signalled(n, name, "ana") for n, name in enumerate(names)]
    assert after(opened(channel="phone"), *ring).state == state


def test_an_abandoned_call_says_so():
    now = after(opened(), signalled(1, "ended"))
    assert (now.disposition, now.closed_at) == ("abandoned", at(1))


def test_a_late_answer_shows_that_it_was_not_abandoned():
    now = after(opened(), signalled(1, "ringing"), signalled(2, "ended"))
    late = advance(now, signalled(3, "answered", "ana"), at(1))
    assert (late.state, late.agent, late.disposition) == ("wrap_up", "ana", "")


def test_a_call_that_is_passed_on_unanswered_waits_again():
    two, three = UUID(int=12), UUID(int=13)
    rang = [signalled(1, "ringing", "ana", two), signalled(2, "ended", "ana", two)]
    now = after(opened(), *rang, signalled(3, "ringing", "ben", three))
    assert (now.state, now.disposition, now.waiting_since) == ("waiting", "", at(1))


def test_work_that_an_agent_closed_stays_closed_whatever_comes_late():
    call = [signalled(1, "answered", "ana"), signalled(2, "ended")]
    now = after(opened(), *call, InteractionClosed("solved"))
    late = advance(now, signalled(3, "held"), at(9))
    assert (late.state, late.disposition) == ("closed", "solved")


def test_a_late_signal_that_changes_nothing_leaves_the_work_where_it_is():
    call = [signalled(1, "answered", "ana"), signalled(2, "ended")]
    now = after(opened(), *call, InteractionPutBack("ana"), InteractionTaken("ben"))
    late = advance(now, signalled(3, "held"), at(1))
    assert (late.state, late.agent) == ("handling", "ben")
    assert len(late.signals) == 3


def test_what_is_no_event_of_an_interaction_changes_nothing():
    assert advance(after(opened()), CustomerOpened(False), at(5)) == after(opened())  # noqa: FBT003


DEFERRED = FollowUpSet(at(90))


def test_what_is_set_aside_neither_waits_nor_loses_its_agent():
    now = after(opened(), InteractionTaken("ana"), DEFERRED)
    assert (now.state, now.agent, now.follow_up_at) == ("deferred", "ana", at(90))
    assert after(opened(), DEFERRED).waiting_since is None


BACK = pytest.mark.parametrize(
    "event", [FollowUpDue(at(90)), FollowUpCancelled(at(90)), attached()]
)


@BACK
def test_what_was_set_aside_comes_back_to_its_agent(event):
    now = after(opened(), InteractionTaken("ana"), DEFERRED, event)
    assert (now.state, now.agent, now.waiting_since) == ("handling", "ana", None)


@BACK
def test_what_nobody_had_comes_back_into_its_queue(event):
    now = after(opened(), DEFERRED, event)
    assert (now.state, now.waiting_since) == ("waiting", at(2))


def test_an_automatic_answer_leaves_it_set_aside():
    absent = TouchpointAttached(ID, ID, "email", "in", "auto-replied", b"")
    assert after(opened(), DEFERRED, absent).state == "deferred"


def test_our_own_message_leaves_it_set_aside():
    assert after(opened(), DEFERRED, attached("out"), replied()).state == "deferred"


def test_a_date_that_comes_late_changes_nothing():
    taken = after(opened(), DEFERRED, InteractionTaken("ana"))
    assert advance(taken, FollowUpDue(at(90)), at(91)) == taken


FOR_LENSES = InteractionAssignedToGroup("lenses")


def test_what_is_for_a_group_waits_for_it_no_less_long_than_before():
    now = after(opened(), FOR_LENSES)
    assert (now.state, now.for_group, now.waiting_since) == ("waiting", "lenses", at(0))


def test_what_somebody_had_waits_for_the_group_from_now_on():
    now = after(opened(), InteractionTaken("ana"), FOR_LENSES)
    assert (now.agent, now.for_group, now.waiting_since) == ("", "lenses", at(2))


@pytest.mark.parametrize(
    "event",
    [
        InteractionTaken("ana"),
        InteractionAssigned("ana"),
        InteractionPutBack("ana"),
        InteractionMoved("sales"),
        InteractionClosed("solved"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_it_is_for_the_group_until_somebody_decides_otherwise(event):
    assert after(opened(), FOR_LENSES, event).for_group == ""


def test_what_is_set_aside_comes_back_to_the_group():
    assert after(opened(), FOR_LENSES, DEFERRED, FollowUpDue(at(90))).for_group == (
        "lenses"
    )


def test_what_is_closed_is_for_nobody():
    closed = after(opened(), InteractionClosed("solved"))
    assert advance(closed, FOR_LENSES, at(9)) == closed
