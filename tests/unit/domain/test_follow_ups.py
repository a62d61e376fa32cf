"""Work that is set aside until a date: who may, until when, and how it comes back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from events.envelope import Recorded
from events.interaction import (
    CallSignalled,
    FollowUpCancelled,
    FollowUpDue,
    FollowUpSet,
    InteractionClosed,
    InteractionOpened,
    InteractionTaken,
)
from hub.application.commanding import head_of
from hub.domain import interaction as rules
from hub.domain.due import fall_due
from hub.domain.interaction import FARTHEST, RuleError
from hub.domain.known import Known
from hub.domain.recording import Recorder
from tests.unit.domain.touchpoints import rules as deciding

ID = UUID(int=1)
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=3)
OPENED = InteractionOpened(
    7, ID, ID, "email", "in", "care", "", None, imported=False, personal=b""
)
RULES = deciding()
TAKEN = InteractionTaken("ana")
RINGING = CallSignalled(UUID(int=3), ID, "ringing", "", b"")
ENDED = CallSignalled(UUID(int=4), ID, "ended", "", b"")


def given(*events):
    at = [NOW - timedelta(hours=1) + timedelta(minutes=n) for n in range(len(events))]
    return rules.fold(
        ID,
        [
            Recorded(UUID(int=n), ID, n, n, 0, 0, event, at[n - 1], NOW, "", ID, ID)
            for n, event in enumerate(events, start=1)
        ],
    )


def deferred(*events, due_at=DUE, actor="ana"):
    return rules.follow_up(given(*events), actor, due_at, NOW)


def test_setting_aside_what_one_has():
    assert deferred(OPENED, TAKEN) == [FollowUpSet(DUE)]


def test_setting_aside_what_nobody_has():
    assert deferred(OPENED) == [FollowUpSet(DUE)]


def test_another_date_replaces_the_one_that_it_has():
    later = DUE + timedelta(days=1)
    assert deferred(OPENED, FollowUpSet(DUE), due_at=later) == [FollowUpSet(later)]


def test_the_same_date_again_stays_quiet():
    assert deferred(OPENED, FollowUpSet(DUE)) == []


def test_what_somebody_else_has_is_theirs_to_defer():
    with pytest.raises(RuleError, match="ana has this"):
        deferred(OPENED, TAKEN, actor="ben")


@pytest.mark.parametrize("due_at", [NOW, NOW - timedelta(1), NOW + FARTHEST * 1.01])
def test_dates_that_are_past_or_too_far_are_refused(due_at):
    with pytest.raises(RuleError, match="in the future"):
        deferred(OPENED, due_at=due_at)


def test_what_is_closed_is_refused():
    with pytest.raises(RuleError, match="closed"):
        deferred(OPENED, InteractionClosed("solved"))


def test_who_is_on_the_line_is_not_set_aside():
    with pytest.raises(RuleError, match="on the line"):
        deferred(OPENED, RINGING)


def test_a_call_that_is_over_can_be_followed_up():
    answered = CallSignalled(UUID(int=5), ID, "answered", "ana", b"")
    assert deferred(OPENED, RINGING, answered, ENDED) == [FollowUpSet(DUE)]


def test_taking_what_one_set_aside_ends_the_follow_up():
    state = given(OPENED, TAKEN, FollowUpSet(DUE))
    assert rules.take(state, "ana") == [FollowUpCancelled(DUE)]


def test_taking_what_was_set_aside_and_has_nobody():
    assert rules.take(given(OPENED, FollowUpSet(DUE)), "ben") == [
        InteractionTaken("ben")
    ]


def fallen_due(*events, now=DUE):
    state, recorder = given(*events), Recorder(RULES, Known())
    fall_due(recorder, state, head_of(state), now)
    return [pending.event for pending in recorder.writes.events]


def test_it_falls_due_at_its_time_and_not_before():
    early = DUE - timedelta(microseconds=1)
    assert fallen_due(OPENED, FollowUpSet(DUE), now=early) == []
    assert fallen_due(OPENED, FollowUpSet(DUE)) == [FollowUpDue(DUE)]


@pytest.mark.parametrize("event", [TAKEN, FollowUpDue(DUE), InteractionClosed("spam")])
def test_what_came_back_already_does_not_fall_due(event):
    assert fallen_due(OPENED, FollowUpSet(DUE), event) == []


def test_a_call_that_nothing_is_heard_of_is_given_up():
    heard = NOW - timedelta(minutes=59)
    late = heard + RULES.call_lost_after
    assert fallen_due(OPENED, RINGING, now=late - timedelta(microseconds=1)) == []
    (lost,) = fallen_due(OPENED, RINGING, now=late)
    assert (lost.signal, lost.call) == ("lost", ID)
    assert fallen_due(OPENED, RINGING, lost, now=late) == []
    assert fallen_due(OPENED, RINGING, ENDED, now=late + timedelta(days=9)) == []
