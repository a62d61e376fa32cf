"""Work goes to somebody else, or to another queue: who may, and what stays quiet."""

import pytest

from events.interaction import (
    FollowUpCancelled,
    FollowUpSet,
    InteractionAssigned,
    InteractionAssignedToGroup,
    InteractionClosed,
    InteractionMoved,
)
from hub.domain.handing_over import (
    Actor,
    assign,
    assign_to_group,
    close,
    follow_up,
    move,
    put_back,
)
from hub.domain.interaction import RuleError
from hub.domain.spam import close_as_spam
from tests.unit.domain.test_calling import ANSWERED, RANG
from tests.unit.domain.test_follow_ups import DUE, NOW, OPENED, TAKEN, given

ANA, BEN = Actor("ana"), Actor("ben")
BOSS = Actor("sue", supervisor=True)
QUEUES = ("care", "sales")
GROUPS = ("lenses",)
FOR_LENSES = InteractionAssignedToGroup("lenses")


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


def test_a_group_gets_what_waits_and_what_one_has():
    for events in ([OPENED], [OPENED, TAKEN]):
        assert assign_to_group(given(*events), ANA, "lenses", GROUPS) == [FOR_LENSES]


def test_a_group_gets_what_somebody_else_has_by_a_supervisor_alone():
    with pytest.raises(RuleError, match="Ask them, or a supervisor"):
        assign_to_group(given(OPENED, TAKEN), BEN, "lenses", GROUPS)
    assert assign_to_group(given(OPENED, TAKEN), BOSS, "lenses", GROUPS)


def test_what_waits_for_the_group_already_stays():
    assert assign_to_group(given(OPENED, FOR_LENSES), ANA, "lenses", GROUPS) == []


def test_there_is_no_such_group():
    with pytest.raises(RuleError, match="no group 'lamps'"):
        assign_to_group(given(OPENED), ANA, "lamps", GROUPS)


TAKING_AWAY = {
    "close": lambda state, actor: close(state, actor, "solved", ["solved"]),
    "spam": close_as_spam,
    "put_back": put_back,
    "move": lambda state, actor: move(state, actor, "sales", QUEUES),
    "assign": lambda state, actor: assign(state, actor, "eve"),
    "group": lambda state, actor: assign_to_group(state, actor, "lenses", GROUPS),
}
taking_away = pytest.mark.parametrize("command", TAKING_AWAY.values(), ids=TAKING_AWAY)


@taking_away
def test_what_somebody_has_is_taken_away_by_supervisors_alone(command):
    with pytest.raises(RuleError, match="ana has this"):
        command(given(OPENED, TAKEN), BEN)
    for actor in (ANA, BOSS):
        assert command(given(OPENED, TAKEN), actor)


@taking_away
def test_what_is_set_aside_for_a_group_is_its_members(command):
    aside = given(OPENED, FOR_LENSES, FollowUpSet(DUE))
    with pytest.raises(RuleError, match="waits for the group lenses"):
        command(aside, BEN)
    for actor in (Actor("ben", groups={"lenses"}), BOSS):
        assert command(aside, actor)


def test_what_waits_for_a_group_is_set_aside_by_its_members():
    waits = given(OPENED, FOR_LENSES)
    with pytest.raises(RuleError, match="waits for the group lenses"):
        follow_up(waits, BEN, DUE, NOW)
    member = Actor("ben", groups={"lenses"})
    assert follow_up(waits, member, DUE, NOW) == [FollowUpSet(DUE)]


@taking_away
def test_a_call_that_goes_on_stays_with_whoever_speaks(command):
    with pytest.raises(RuleError, match="on the line"):
        command(given(OPENED, RANG, ANSWERED), BOSS)


def test_what_is_closed_stays_closed_whoever_asks():
    closed = given(OPENED, TAKEN, InteractionClosed("solved"))
    assert close(closed, BEN, "solved", ["solved"]) == []
