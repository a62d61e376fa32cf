"""A call's row, and whom a change of it concerns."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import calls
from tests.unit.domain.story import Story
from tests.unit.domain.strategies import histories, told
from tests.unit.domain.touchpoints import ANAS_PHONE, at, call
from tests.unit.projections.views import Views, stored

TABLE = calls.TABLE.name


def rows_of(story):
    return Views().apply([stored(r) for r in story.memory.events]).rows


def row_of(*signals):
    story = Story().given(*signals)
    (row,) = rows_of(story)[TABLE].values()
    return row


def ring(agent, seconds=0, **more):
    when = at(seconds=seconds)
    return call("c1", "ringing", agent=agent, event=f"ring {agent}", when=when, **more)


def heard(name, seconds, agent="", **more):
    return call("c1", name, when=at(seconds=seconds), agent=agent, **more)


def test_a_ring_names_whom_it_is_for_and_who_calls():
    row = row_of(ring("ana"), ring("ben"))
    assert (row["state"], row["ringing"]) == ("ringing", ["ana", "ben"])
    assert (row["direction"], row["caller"]) == ("in", ANAS_PHONE)


def test_a_call_says_when_it_was_what():
    row = row_of(ring("ana"), heard("answered", 9, "ana"), heard("ended", 60, "ana"))
    assert (row["state"], row["agent"], row["missed"]) == ("ended", "ana", False)
    assert row["began_at"] == row["rang_at"] == at()
    assert (row["answered_at"], row["ended_at"]) == (at(seconds=9), at(seconds=60))


@pytest.mark.parametrize(("direction", "missed"), [("in", True), ("out", False)])
def test_what_came_in_and_nobody_answered_was_missed(direction, missed):
    more = {"direction": direction}
    assert row_of(ring("", **more), heard("ended", 30, **more))["missed"] is missed


def test_the_order_of_arrival_does_not_count():
    signals = ring("ana"), heard("answered", 9, "ana"), heard("ended", 60)
    rows = [row_of(*signals), row_of(*reversed(signals))]
    for row in rows:
        row.pop("signals")
    assert rows[0] == rows[1]


@given(histories)
def test_a_call_that_is_over_rings_at_nobody(history):
    for row in rows_of(told(history))[TABLE].values():
        assert not (row["ringing"] and row["ended_at"])


def changes(*signals):
    """A call's row, signal by signal, from none at all."""
    rows = [row_of(*signals[:n]) for n in range(1, len(signals) + 1)]
    return pairwise([None, *rows])


def test_a_ring_concerns_those_at_whom_it_begins_or_ends():
    heard_of = [ring("ana"), ring("ben", 1), heard("answered", 5, "ana")]
    concerned = [list(calls.woken(*change)) for change in changes(*heard_of)]
    assert concerned == [
        [("agent", "ana")],
        [("agent", "ben")],
        [("agent", "ana"), ("agent", "ben")],
    ]


def test_a_missed_call_is_counted_and_no_longer_once_it_was_not_missed():
    late = ring(""), heard("ended", 30), heard("answered", 9, "ana")
    concerned = [list(calls.woken(*change)) for change in changes(*late)]
    assert concerned == [[], [("calls", "missed")], [("calls", "missed")]]


@given(st.text(min_size=65))
def test_a_word_too_long_for_a_name_concerns_nobody(word):
    assert list(calls.woken(None, {"ringing": [word], "missed": False})) == []


@pytest.mark.parametrize(
    ("channel", "before", "after", "counts"),
    [
        ("phone", "closed", "waiting", True),
        ("phone", "handling", "closed", True),
        ("phone", "waiting", "handling", False),
        ("email", "closed", "waiting", False),
    ],
)
def test_work_on_a_call_that_begins_or_ends_is_counted(channel, before, after, counts):
    rows = [{"channel": channel, "state": state} for state in (before, after)]
    assert bool(list(calls.woken_by_work(*rows))) is counts
