"""Clocks tell UTC and refuse moments without a zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hub.runtime.clock import FixedClock, SystemClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_system_clock_is_in_utc():
    assert SystemClock().now().tzinfo is UTC


def test_a_fixed_clock_stands_still_until_told():
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(seconds=5))
    assert clock.now() == NOON + timedelta(seconds=5)
    clock.set(NOON)
    assert clock.now() == NOON


def test_a_fixed_clock_turns_other_zones_into_utc():
    local = NOON.astimezone(timezone(timedelta(hours=2)))
    assert FixedClock(local).now().tzinfo is UTC


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        FixedClock(NOON.replace(tzinfo=None))
