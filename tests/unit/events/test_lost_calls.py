"""Where work stands: calls whose end nobody reported, replies that are held back."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.calls import LOST, CallSignal, call_state, heard_at
from events.held import HeldReply, from_stored, to_stored
from events.interaction import (
    InteractionAssigned,
    InteractionClosed,
    InteractionPutBack,
    InteractionTaken,
    ReplyHeld,
    ReplySent,
    ReplyWithdrawn,
)
from events.lifecycle import advance
from tests.unit.events.strategies import moments
from tests.unit.events.test_lifecycle import after, at, opened, replied, signalled

PHONE = opened(channel="phone")
ANSWERED = signalled(1, "answered", "ana")
GONE = signalled(9, LOST)
HELD = ReplyHeld(UUID(int=1), "email", "ana", at(90), b"")
OTHER = ReplyHeld(UUID(int=2), "email", "ana", at(80), b"")


def test_a_lost_call_that_nobody_answered_was_missed():
    now = after(PHONE, signalled(1, "ringing"), GONE)
    assert (now.state, now.disposition, now.closed_at) == ("closed", LOST, at(2))
    assert now.call_heard_at is None


@pytest.mark.parametrize("had", [ANSWERED, InteractionTaken("ana")])
def test_a_lost_call_that_somebody_had_is_wrapped_up(had):
    now = after(PHONE, signalled(3, "ringing"), had, GONE)
    assert (now.state, now.agent) == ("wrap_up", "ana")


def test_a_call_that_was_put_back_stays_in_its_queue_when_it_is_lost():
    now = after(PHONE, ANSWERED, InteractionPutBack("ana"), GONE)
    assert (now.state, now.agent) == ("waiting", "")


def test_what_is_heard_of_a_lost_call_shows_that_it_goes_on():
    lost = after(PHONE, signalled(2, "ringing"), GONE)
    now = advance(lost, ANSWERED, at(9))
    assert (now.state, now.agent, now.disposition) == ("handling", "ana", "")
    assert now.call_heard_at == at(9)


def test_a_late_end_of_a_lost_call_leaves_the_work_where_it_is():
    lost = after(PHONE, ANSWERED, GONE, InteractionAssigned("ben"))
    late = advance(lost, signalled(2, "ended"), at(1))
    assert (late.state, late.agent) == ("handling", "ben")


def test_a_late_end_of_a_missed_call_tells_that_it_was_abandoned():
    lost = after(PHONE, signalled(2, "ringing"), GONE)
    late = advance(lost, signalled(3, "ended"), at(1))
    assert (late.state, late.disposition, late.closed_at) == (
        "closed",
        "abandoned",
        at(1),
    )


def test_a_lost_call_counts_as_missed_unless_somebody_answered():
    ringing, answered = (
        CallSignal(at(n), name, "", name)
        for n, name in enumerate(["ringing", "answered"])
    )
    lost = CallSignal(at(9), LOST, "", "lost")
    assert call_state([ringing, lost]).missed
    assert not call_state([ringing, answered, lost]).missed
    assert not call_state([ringing]).missed


def test_a_call_is_heard_of_until_it_is_over_or_its_work_is():
    assert after(PHONE, signalled(2, "ringing"), ANSWERED).call_heard_at == at(2)
    assert after(PHONE, ANSWERED, signalled(2, "ended")).call_heard_at is None
    assert after(PHONE, ANSWERED, InteractionClosed("spam")).call_heard_at is None
    assert after(opened()).call_heard_at is None


names = st.sampled_from(["ringing", "answered", "held", "resumed", "ended", LOST])
calls = st.lists(
    st.builds(CallSignal, moments, names, st.just(""), st.uuids().map(str)), max_size=8
)


@given(calls, st.randoms())
def test_a_call_with_lost_signals_depends_on_their_set_alone(signals, chance):
    shuffled = chance.sample(signals, len(signals))
    assert call_state(shuffled) == call_state(signals)
    over = call_state(signals).ended_at is not None
    assert (heard_at(signals) is None) == (over or not signals)


def test_what_is_held_back_is_due_first_and_leaves_or_is_taken_back():
    now = after(opened(), HELD, OTHER)
    assert (now.due_at, [h.due_at for h in now.held]) == (at(80), [at(90), at(80)])
    gone = advance(now, ReplyWithdrawn(OTHER.touchpoint_id), at(5))
    assert gone.due_at == at(90)
    sent = ReplySent(HELD.touchpoint_id, UUID(int=1), "email", "", "ana", "", b"")
    left = advance(gone, sent, at(90))
    assert (left.due_at, left.held, left.last_contact_at) == (None, (), at(90))


def test_what_is_held_back_is_no_contact_and_moves_no_work():
    assert after(opened(), HELD)._replace(held=()) == after(opened())
    assert after(opened(), InteractionTaken("ana"), HELD, replied()).held == ()


@given(st.uuids(), moments)
def test_a_held_reply_is_stored_and_read_back(touchpoint, moment):
    held = HeldReply(touchpoint, moment + timedelta(0))
    assert from_stored(to_stored(held)) == held
