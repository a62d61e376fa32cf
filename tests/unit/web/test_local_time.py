"""Dates as agents choose them, on the clock of where they are."""

from datetime import UTC, datetime

import pytest

from hub.application.errors import RefusedError
from hub.web.local_time import moment_in


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("2026-07-01T09:00", "UTC", 9),
        ("2026-07-01T09:00", "Europe/Madrid", 7),
        ("2026-07-01T09:00+00:00", "Europe/Madrid", 9),
    ],
)
def test_a_time_is_meant_on_the_clock_of_its_zone(text, zone, hour):
    assert moment_in(text, zone) == datetime(2026, 7, 1, hour, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_is_meant():
    found = moment_in("2026-10-25T02:30", "Europe/Madrid")
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_one_hour_later():
    found = moment_in("2026-03-29T02:30", "Europe/Madrid")
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30T09:00", "0001-01-01"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(RefusedError, match="Choose a date"):
        moment_in(text, "Asia/Tokyo")


@pytest.mark.parametrize("zone", ["", "Nowhere", "../../etc/passwd", "/etc", "a" * 999])
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(RefusedError, match="time zone"):
        moment_in("2026-07-01T09:00", zone)
