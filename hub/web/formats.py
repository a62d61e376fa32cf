"""Dates, numbers and lengths of time as the reader's language writes them (CLDR)."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from hub.runtime import spans
from hub.web.languages import gettext as _
from hub.web.languages import locale

_STEP: Final = 1024


def number(count: float) -> str:
    """A number with the signs between its digits."""
    return format_decimal(count, locale=locale())


def percent(share: float) -> str:
    """A share of one, in whole percent."""
    return format_percent(share, locale=locale())


def day(at: date) -> str:
    """A day with its weekday."""
    return format_date(at, "full", locale())


def moment(at: datetime) -> str:
    """A time for machines; the browser shows it in its own zone."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def version(at: datetime | None) -> str:
    """Which draft it is, by when it was saved, to be sent back; empty for none."""
    return "" if at is None else at.astimezone(UTC).isoformat()


def plain_moment(at: datetime) -> str:
    """A time as it reads where no script runs."""
    return f"{format_datetime(at, 'medium', locale=locale())} UTC"


def span(time: timedelta | float | None) -> str:
    """A length of time (s) in the shortest form that helps."""
    return spans.span(time).replace(" d", f" {_('d')}")


def gigabytes(count: int, digits: int) -> str:
    """A number of bytes in GB (of 1024 MB) with so many decimals, without the unit."""
    return format_decimal(count / _STEP**3, f"#,##0.{'0' * digits}", locale())


def size(count: int) -> str:
    """A number of bytes for people."""
    if count < _STEP:
        return f"{number(count)} B"
    kilo = count / _STEP
    if kilo < _STEP:
        return f"{number(round(kilo))} KB"
    return f"{format_decimal(kilo / _STEP, '#,##0.0', locale())} MB"
