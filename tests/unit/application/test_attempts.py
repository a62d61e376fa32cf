"""How long to wait after failures."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.application.attempts import Limit, pause

LIMITS = st.builds(
    lambda free, more, minutes: Limit(free, free + more, timedelta(minutes=minutes)),
    st.integers(1, 20),
    st.integers(1, 80),
    st.integers(1, 600),
)


@given(LIMITS, st.integers(0, 10**6))
def test_more_failures_never_wait_less_and_never_longer_than_the_lock(limit, failures):
    now, then = pause(limit, failures), pause(limit, failures + 1)
    assert timedelta() <= now <= then <= limit.lock


@given(LIMITS)
def test_the_first_failures_are_free_and_the_last_lock(limit):
    assert pause(limit, limit.free - 1) == timedelta()
    assert pause(limit, limit.lock_after) == limit.lock
