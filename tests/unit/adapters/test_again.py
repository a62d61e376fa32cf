"""How often a reply that nobody claims is published again."""

from datetime import timedelta
from itertools import pairwise
from math import log2

from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.kafka.again import DAY, YEAR, ages, due
from tests.unit.domain.touchpoints import at

FIRST = timedelta(seconds=30)
STORED = at()
firsts = st.timedeltas(timedelta(seconds=1), timedelta(days=3))
pauses = st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=4)), min_size=1)


def is_due(first, since, now):
    return any(STORED in span for span in due(first, since, now))


def looks(pauses):
    """Moments of looks, from when the reply was stored."""
    moments = [STORED]
    for pause in pauses:
        moments.append(moments[-1] + pause)
    return moments


@given(first=firsts)
def test_it_is_due_at_once_then_at_twice_the_age_then_daily(first):
    found = list(ages(first))
    assert found[0] == first
    assert {b - a == min(a, DAY) for a, b in pairwise(found)} == {True}
    assert found[-1] > YEAR - DAY


@given(first=firsts, pauses=pauses)
def test_it_is_due_at_a_look_exactly_if_it_reached_such_an_age_since_the_last(
    first, pauses
):
    for since, now in pairwise(looks(pauses)):
        reached = [a for a in ages(first) if since - STORED < a <= now - STORED]
        assert is_due(first, since, now) == bool(reached)


@given(first=firsts, age=st.timedeltas(timedelta(), 2 * YEAR))
def test_at_a_first_look_all_are_due_that_are_old_enough(first, age):
    assert is_due(first, None, STORED + age) == (age >= first)


def test_given_a_connector_that_is_down_for_a_weekend_then_copies_are_few():
    moments = looks([FIRST] * (3 * DAY // FIRST))
    copies = sum(is_due(FIRST, since, now) for since, now in pairwise(moments))
    assert copies <= log2(DAY / FIRST) + 1 + 3
