"""Calling back, and the work after a call."""

from uuid import UUID

import pytest

from events.interaction import (
    CallSignalled,
    InteractionClosed,
    InteractionReopened,
    InteractionTaken,
)
from hub.domain import calling
from hub.domain.handing_over import Actor
from hub.domain.interaction import RuleError
from tests.unit.domain.test_commands import ENDINGS, ID, OPENED, TAKEN, given


def heard(number, name, agent=""):
    return CallSignalled(UUID(int=number), ID, name, agent, b"")


RANG, GAVE_UP = heard(1, "ringing"), heard(2, "ended")
ANSWERED = heard(3, "answered", "ana")
MISSED = given(OPENED, RANG, GAVE_UP)
TALKED = given(OPENED, RANG, ANSWERED, GAVE_UP)


def test_a_missed_call_is_reopened_and_taken_to_call_back():
    taken = calling.call_back(MISSED, Actor("ana"))
    assert taken == [InteractionReopened("agent"), InteractionTaken("ana")]


def test_calling_back_what_one_has_stays_quiet():
    mine = given(OPENED, RANG, GAVE_UP, InteractionReopened("agent"), TAKEN)
    assert calling.call_back(mine, Actor("ana")) == []


def test_calling_back_what_waits_again_takes_it():
    again = given(OPENED, RANG, GAVE_UP, InteractionReopened("agent"))
    assert calling.call_back(again, Actor("ana")) == [TAKEN]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (given(OPENED), "no call"),
        (given(OPENED, RANG), "on the line"),
        (given(OPENED, RANG, GAVE_UP, InteractionReopened("agent"), TAKEN), "ana has"),
    ],
    ids=["a mail", "rings", "somebody has it"],
)
def test_what_cannot_be_called_back_says_why(state, says):
    with pytest.raises(RuleError, match=says):
        calling.call_back(state, Actor("ben"))


def test_finishing_closes_with_the_disposition():
    assert calling.finish(TALKED, "ana", "solved", ENDINGS) == [
        InteractionClosed("solved")
    ]


def test_finishing_what_is_closed_stays_quiet():
    assert calling.finish(MISSED, "ben", "solved", ENDINGS) == []


@pytest.mark.parametrize(
    ("state", "disposition", "says"),
    [
        (TALKED, "solved", "ana has this call"),
        (given(OPENED, RANG), "solved", "on the line"),
        (MISSED, "nonsense", "no disposition"),
    ],
    ids=["somebody else's", "it goes on", "no such"],
)
def test_what_cannot_be_finished_says_why(state, disposition, says):
    with pytest.raises(RuleError, match=says):
        calling.finish(state, "ben", disposition, ENDINGS)
