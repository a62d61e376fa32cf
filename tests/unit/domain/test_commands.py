"""Agents' commands: each records, refuses or stays quiet."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.envelope import Recorded
from events.interaction import (
    CallSignalled,
    InteractionClosed,
    InteractionOpened,
    InteractionPutBack,
    InteractionReopened,
    InteractionTaken,
    TouchpointAttached,
)
from hub.domain import interaction as rules
from hub.domain.handing_over import Actor, put_back
from hub.domain.interaction import RuleError

ID = UUID(int=1)
OPENED = InteractionOpened(
    7, ID, ID, "email", "in", "care", "", None, imported=False, personal=b""
)
TAKEN = InteractionTaken("ana")
CLOSED = InteractionClosed("solved")
ENDINGS = ("solved", "duplicate", "spam")
ANSWERED = CallSignalled(ID, ID, "answered", "", b"")


def recorded(number, event):
    at = datetime(2026, 3, 2, 9, number, tzinfo=UTC)
    return Recorded(
        UUID(int=number), ID, number, number, 0, 0, event, at, at, "", ID, ID
    )


def given(*events):
    return rules.fold(ID, [recorded(n, e) for n, e in enumerate(events, start=1)])


def test_taking_what_waits():
    assert rules.take(given(OPENED), "ana") == [TAKEN]


def test_taking_what_one_has_stays_quiet():
    assert rules.take(given(OPENED, TAKEN), "ana") == []


def test_taking_from_somebody_else_is_refused_and_tells_who():
    with pytest.raises(RuleError, match="ana has this"):
        rules.take(given(OPENED, TAKEN), "ben")


def test_a_call_that_nobody_is_named_for_can_be_taken():
    assert rules.take(given(OPENED, ANSWERED), "ana") == [TAKEN]


def test_taking_what_is_closed_is_refused():
    with pytest.raises(RuleError, match="closed"):
        rules.take(given(OPENED, CLOSED), "ana")


def test_putting_back_what_one_has():
    assert put_back(given(OPENED, TAKEN), Actor("ana")) == [InteractionPutBack("ana")]


def test_putting_back_what_waits_stays_quiet():
    assert put_back(given(OPENED), Actor("ana")) == []


def test_putting_back_what_somebody_else_has_is_refused():
    with pytest.raises(RuleError, match="ana has this"):
        put_back(given(OPENED, TAKEN), Actor("ben"))


def test_a_supervisor_puts_back_what_somebody_else_has():
    boss = Actor("sue", supervisor=True)
    assert put_back(given(OPENED, TAKEN), boss) == [InteractionPutBack("sue")]


def test_putting_back_what_is_closed_is_refused():
    with pytest.raises(RuleError, match="closed"):
        put_back(given(OPENED, CLOSED), Actor("ana"))


@pytest.mark.parametrize("disposition", ENDINGS)
def test_closing(disposition):
    assert rules.close(given(OPENED), disposition, ENDINGS) == [
        InteractionClosed(disposition)
    ]


def test_closing_what_is_closed_stays_quiet():
    assert rules.close(given(OPENED, CLOSED), "spam", ENDINGS) == []


@pytest.mark.parametrize("disposition", ["", "abandoned", "Solved"])
def test_closing_without_a_known_disposition_is_refused(disposition):
    with pytest.raises(RuleError, match="Use one of: solved"):
        rules.close(given(OPENED), disposition, ENDINGS)


def test_reopening():
    assert rules.reopen(given(OPENED, CLOSED)) == [InteractionReopened("agent")]


def test_reopening_what_is_open_stays_quiet():
    assert rules.reopen(given(OPENED, TAKEN)) == []


def test_the_fold_knows_number_customer_version_and_channel():
    state = given(OPENED, TAKEN)
    assert (state.number, state.customer, state.version) == (7, ID, 2)
    assert (state.channel, state.answerable.event) == ("email", OPENED)


def test_answers_go_to_what_the_customer_sent_last():
    joined = TouchpointAttached(ID, ID, "sms", "in", "", b"")
    state = given(OPENED, joined, replace(joined, channel="phone", direction="out"))
    assert (state.channel, state.answerable.event) == ("sms", joined)
