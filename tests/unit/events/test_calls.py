"""A call's state is a function of the set of its signals."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.calls import (
    SIGNALS,
    CallSignal,
    CallState,
    call_state,
    from_stored,
    held_for,
    in_order,
    to_stored,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def signal(seconds, name, agent="", signal_id=""):
    at = START + timedelta(seconds=seconds)
    return CallSignal(at, name, agent, signal_id or f"{seconds}{name}")


@st.composite
def calls(draw):
    drawn = st.tuples(
        st.integers(min_value=0, max_value=5),
        st.sampled_from([*SIGNALS, "nonsense"]),
        st.sampled_from(["", "ana", "ben"]),
        st.sampled_from(["", "2", "3"]),
    )
    found = draw(st.lists(drawn, max_size=8))
    return [
        signal(*what, signal_id=str(n))._replace(leg=leg)
        for n, (*what, leg) in enumerate(found)
    ]


@given(calls(), st.data())
def test_order_and_repetition_change_nothing(signals, data):
    again = data.draw(st.lists(st.sampled_from(signals))) if signals else []
    shuffled = data.draw(st.permutations([*signals, *again]))
    assert call_state(shuffled) == call_state(signals)
    assert in_order(shuffled) == in_order(signals)


@given(calls(), calls())
def test_ended_absorbs(signals, later):
    later = [s._replace(signal_id=f"later {s.signal_id}") for s in later]
    ended = [*signals, signal(9, "ended"), leg(9, "ended"), leg(9, "ended", of="3")]
    assert call_state(ended).state in {"ended", "abandoned"}
    assert call_state([*ended, *later]).state in {"ended", "abandoned"}


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ([], "ringing"),
        (["ringing"], "ringing"),
        (["ringing", "answered"], "answered"),
        (["ringing", "answered", "held"], "held"),
        (["ringing", "answered", "held", "resumed"], "answered"),
        (["ringing", "answered", "transferred"], "answered"),
        (["ringing", "answered", "ended"], "ended"),
        (["ringing", "ended"], "abandoned"),
        (["ended"], "abandoned"),
        (["held"], "ringing"),
    ],
    ids=str,
)
def test_the_state_after_signals(names, state):
    signals = [signal(at, name) for at, name in enumerate(names)]
    assert call_state(signals).state == state


def test_signals_of_one_moment_have_their_natural_order():
    both = [signal(0, "answered", "ana"), signal(0, "ringing")]
    assert [s.name for s in in_order(both)] == ["ringing", "answered"]


def test_it_tells_who_and_when():
    signals = [
        signal(0, "ringing"),
        signal(5, "answered", "ana"),
        signal(9, "transferred", "ben"),
        signal(20, "ended"),
    ]
    at = START + timedelta(seconds=5), START + timedelta(seconds=20)
    assert call_state(signals) == CallState("ended", "ben", *at)


def leg(seconds, name, agent="", of="2"):
    return signal(seconds, name, agent, f"{of}/{seconds}{name}")._replace(leg=of)


def test_a_transferred_call_ends_with_its_last_leg():
    passed_on = [
        signal(0, "ringing", "doc"),
        signal(2, "answered", "doc"),
        leg(10, "ringing", "marty"),
        leg(15, "answered", "marty"),
        signal(16, "ended"),
    ]
    now = call_state(passed_on)
    assert (now.state, now.agent, now.ended_at) == ("answered", "marty", None)
    over = call_state([*passed_on, leg(60, "ended")])
    assert (over.state, over.agent) == ("ended", "marty")
    assert over.ended_at == START + timedelta(seconds=60)


def test_a_colleague_who_was_asked_leaves_the_call_to_who_had_it():
    asked = [
        signal(0, "answered", "ana"),
        leg(5, "answered", "ben"),
        leg(9, "ended"),
    ]
    assert call_state(asked) == CallState("answered", "ana", START)


def test_a_transfer_that_nobody_takes_ends_when_it_stops_to_ring():
    blind = [
        signal(0, "answered", "ana"),
        leg(5, "ringing", "ben"),
        signal(6, "ended"),
    ]
    assert call_state(blind).ringing == {"ben"}
    assert call_state(blind).ended_at is None
    over = call_state([*blind, leg(30, "ended")])
    assert (over.state, over.agent, over.ringing) == ("ended", "ana", set())


@pytest.mark.parametrize(
    ("later", "ringing"),
    [
        ([], {"ana", "ben"}),
        ([signal(5, "answered", "ana")], set()),
        ([signal(5, "ended")], set()),
        ([leg(5, "ended")], {"ana"}),
        ([signal(5, "answered", "eve"), leg(7, "ringing", "ben", "3")], {"ben"}),
        ([signal(5, "ended"), leg(6, "ringing", "eve", "3")], set()),
    ],
    ids=["rings", "answered", "given up", "one leg less", "passed on", "too late"],
)
def test_it_rings_at_those_who_can_still_answer(later, ringing):
    rings = [signal(0, "ringing", "ana"), leg(1, "ringing", "ben"), *later]
    assert call_state(rings).ringing == ringing


@given(calls())
def test_nobody_rings_at_what_is_over(signals):
    now = call_state(signals)
    assert "" not in now.ringing
    if now.ended_at is not None:
        assert not now.ringing


def test_the_time_on_hold_is_added_up():
    signals = [
        signal(0, "answered"),
        signal(10, "held"),
        signal(30, "resumed"),
        signal(40, "held"),
        signal(45, "ended"),
    ]
    assert held_for(signals) == timedelta(seconds=25)
    assert held_for(signals[:2]) == timedelta()


@given(calls())
def test_what_json_holds_is_the_same_signal(signals):
    assert [from_stored(to_stored(s)) for s in signals] == signals
