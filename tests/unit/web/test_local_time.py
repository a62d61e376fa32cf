"""Dates as agents choose them, on the clock of where they are."""

from datetime import UTC, datetime

import pytest

from hub.application.errors import RefusedError
from hub.web.local_time import beginning, clock_of, day_in, moment_in


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


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [("2026-10-25", 22, 23), ("2026-03-29", 23, 22), ("2026-11-20", 23, 23)],
)
def test_a_day_ends_where_the_next_begins_when_the_clocks_change_too(day, begins, ends):
    found = [beginning(day_in(day), clock_of("Europe/Berlin"), at) for at in (0, 1)]
    assert [(one.tzinfo, one.hour) for one in found] == [(UTC, begins), (UTC, ends)]


@pytest.mark.parametrize(
    ("day", "zone"),
    [("9999-12-31", "UTC"), ("0001-01-01", "Asia/Tokyo")],
)
def test_a_day_beyond_every_calendar_is_refused(day, zone):
    with pytest.raises(RefusedError, match="another day"):
        [beginning(day_in(day), clock_of(zone), later) for later in (0, 1)]
