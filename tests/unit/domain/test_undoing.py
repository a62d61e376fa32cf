"""Undoing a closing: exactly what would be, had it not been closed."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import assume
from hypothesis import given as drawn
from hypothesis import strategies as st

from events.envelope import Recorded
from events.interaction import (
    CallSignalled,
    FollowUpSet,
    InteractionClosed,
    InteractionEvent,
    InteractionOpened,
    InteractionReopened,
    InteractionTaken,
    TouchpointAttached,
)
from events.linking import CloseUndone, InteractionMerged, Standing
from hub.domain import interaction as rules
from hub.domain.interaction import RuleError
from hub.domain.undoing import undo_close
from tests.unit.events.strategies import values

ID, OTHER = UUID(int=1), UUID(int=2)
OPENED = InteractionOpened(
    7, ID, ID, "email", "in", "care", "", None, imported=False, personal=b""
)
TAKEN, CLOSED = InteractionTaken("ana"), InteractionClosed("solved")
BOUNCE = TouchpointAttached(OTHER, ID, "email", "in", "auto-replied", b"")


def at(minutes):
    return datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(minutes=minutes)


def told(history):
    """The state after events, each with its minute."""
    return rules.fold(
        ID,
        [
            Recorded(UUID(int=n), ID, n, n, 0, 0, e, at(m), at(m), "", ID, ID)
            for n, (m, e) in enumerate(history, start=1)
        ],
    )


def given(*events):
    return told(enumerate(events))


def undone(state, minute=60):
    """The state after undoing its closing."""
    (event,) = undo_close(state)
    return rules.evolve(
        state, Recorded(ID, ID, 99, 99, 0, 0, event, at(minute), at(60), "", ID, ID)
    )


def test_what_waited_waits_again_since_then():
    now = undone(given(OPENED, CLOSED)).lifecycle
    assert now == given(OPENED).lifecycle
    assert now.waiting_since == at(0)


def test_what_somebody_had_is_theirs_again():
    assert (
        undone(given(OPENED, TAKEN, CLOSED)).lifecycle == given(OPENED, TAKEN).lifecycle
    )


def test_what_was_set_aside_is_so_again():
    aside = FollowUpSet(at(500))
    now = undone(given(OPENED, TAKEN, aside, CLOSED)).lifecycle
    assert (now.state, now.follow_up_at) == ("deferred", at(500))


def test_what_came_in_between_stays():
    now = undone(given(OPENED, CLOSED, BOUNCE)).lifecycle
    assert (now.state, now.contacts, now.last_contact_at) == ("waiting", 2, at(2))


def test_a_call_that_ended_in_between_is_in_wrap_up():
    ring, end = (
        CallSignalled(UUID(int=n), ID, name, "ana", b"")
        for n, name in enumerate(["answered", "ended"])
    )
    assert undone(given(OPENED, ring, CLOSED, end)).lifecycle.state == "wrap_up"


def test_spam_that_was_closed_at_once_waits_since_it_came():
    spam = InteractionOpened(
        7, ID, ID, "email", "in", "care", "", None, imported=False, personal=b"",
        spam=True,
    )  # fmt: skip
    state = given(spam)
    assert (state.lifecycle.state, state.lifecycle.disposition) == ("closed", "spam")
    assert undone(state).lifecycle == given(OPENED).lifecycle


def test_the_latest_of_two_closings_is_undone_first():
    twice = given(OPENED, CLOSED, InteractionClosed("spam"))
    once = undone(twice)
    assert once.lifecycle == given(OPENED, CLOSED).lifecycle
    assert undone(once).lifecycle == given(OPENED).lifecycle


def test_undoing_on_what_is_open_stays_quiet():
    assert undo_close(given(OPENED)) == []
    assert undo_close(given(OPENED, CLOSED, InteractionReopened("agent"))) == []


def test_what_the_phone_closed_is_reopened_instead():
    with pytest.raises(RuleError, match="Reopen"):
        undo_close(given(OPENED, CallSignalled(ID, ID, "ended", "", b"")))


def test_a_part_of_another_is_told_so():
    with pytest.raises(RuleError, match="Undo the merge"):
        undo_close(given(OPENED, CLOSED, InteractionMerged(OTHER)))


steps = st.tuples(
    st.integers(0, 900),
    st.one_of([values(cls) for cls in get_args(InteractionEvent)]),
)
KINDS = (InteractionClosed, CloseUndone, InteractionOpened)
LINKS = tuple(cls for cls in get_args(InteractionEvent) if "Merge" in cls.__name__)


@drawn(st.lists(steps, max_size=8), st.lists(steps, max_size=8))
def test_it_is_as_if_it_had_not_been_closed(before, since):
    """Whatever else happened in between, as long as it stayed closed."""
    since = [one for one in since if not isinstance(one[1], (*KINDS, *LINKS))]
    first = [(0, OPENED), *before]
    closed = told([*first, (950, CLOSED), *since])
    spans = [told([*first, (950, CLOSED), *since[:n]]) for n in range(len(since) + 1)]
    assume(told(first).lifecycle.merged_into is None)
    assume(all(state.lifecycle.state == "closed" for state in spans))
    assert undone(closed).lifecycle == told([*first, *since]).lifecycle


def test_what_makes_no_sense_as_a_state_is_not_restored():
    nonsense = CloseUndone(Standing("waiting", "ana", None, None, "", None))
    assert given(OPENED, CLOSED, nonsense).lifecycle == given(OPENED, CLOSED).lifecycle
