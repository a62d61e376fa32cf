"""A call's state is a function of the set of its signals."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.calls import SIGNALS, CallSignal, CallState, call_state, in_order

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
    )
    found = draw(st.lists(drawn, max_size=8))
    return [signal(*what, signal_id=str(n)) for n, what in enumerate(found)]


@given(calls(), st.data())
def test_order_and_repetition_change_nothing(signals, data):
    again = data.draw(st.lists(st.sampled_from(signals))) if signals else []
    shuffled = data.draw(st.permutations([*signals, *again]))
    assert call_state(shuffled) == call_state(signals)
    assert in_order(shuffled) == in_order(signals)


@given(calls(), calls())
def test_ended_absorbs(signals, later):
    later = [s._replace(signal_id=f"later {s.signal_id}") for s in later]
    ended = [*signals, signal(9, "ended")]
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
