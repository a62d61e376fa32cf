"""Work goes to somebody else, or to another queue: who may, and what stays quiet."""

import pytest

from events.interaction import (
    FollowUpCancelled,
    FollowUpSet,
    InteractionAssigned,
    InteractionClosed,
    InteractionMoved,
)
from hub.domain.handing_over import Actor, assign, move
from hub.domain.interaction import RuleError
from tests.unit.domain.test_follow_ups import DUE, OPENED, TAKEN, given

ANA, BEN = Actor("ana"), Actor("ben")
BOSS = Actor("sue", supervisor=True)
QUEUES = ("care", "sales")


@pytest.mark.parametrize("events", [[OPENED], [OPENED, TAKEN]])
def test_giving_away_what_waits_or_what_one_has(events):
    assert assign(given(*events), ANA, "eve") == [InteractionAssigned("eve")]


def test_giving_away_what_somebody_else_has_is_for_supervisors():
    with pytest.raises(RuleError, match="Ask them, or a supervisor"):
        assign(given(OPENED, TAKEN), BEN, "ben")
    assert assign(given(OPENED, TAKEN), BOSS, "ben") == [InteractionAssigned("ben")]


def test_giving_somebody_what_they_have_stays_quiet():
    assert assign(given(OPENED, TAKEN), BEN, "ana") == []


def test_giving_somebody_what_they_set_aside_ends_the_follow_up():
    aside = given(OPENED, TAKEN, FollowUpSet(DUE))
    assert assign(aside, BOSS, "ana") == [FollowUpCancelled(DUE)]


@pytest.mark.parametrize("events", [[OPENED], [OPENED, TAKEN]])
def test_moving_what_waits_or_what_one_has(events):
    assert move(given(*events), ANA, "sales", QUEUES) == [InteractionMoved("sales")]


def test_moving_what_somebody_else_has_is_for_supervisors():
    with pytest.raises(RuleError, match="ana has this"):
        move(given(OPENED, TAKEN), BEN, "sales", QUEUES)
    moved = move(given(OPENED, TAKEN), BOSS, "sales", QUEUES)
    assert moved == [InteractionMoved("sales")]


def test_moving_to_where_it_waits_stays_quiet():
    assert move(given(OPENED), ANA, "care", QUEUES) == []


def test_moving_to_no_queue_is_refused():
    with pytest.raises(RuleError, match="no queue 'press'"):
        move(given(OPENED), ANA, "press", QUEUES)


@pytest.mark.parametrize("actor", [ANA, BOSS])
def test_what_is_closed_is_refused(actor):
    closed = given(OPENED, InteractionClosed("solved"))
    with pytest.raises(RuleError, match="closed"):
        assign(closed, actor, "eve")
    with pytest.raises(RuleError, match="closed"):
        move(closed, actor, "sales", QUEUES)
