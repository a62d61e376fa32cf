"""Times as people write them, on the clock of where they are."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hub.application.errors import RefusedError


def clock_of(zone: str) -> ZoneInfo:
    """The clock of an IANA zone.

    Raises:
        RefusedError: there is no such zone; the text is for people.
    """
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RefusedError("There is no time zone {zone!r}.", zone=zone[:60]) from error


def moment_in(text: str, zone: str) -> datetime:
    """The moment, in UTC, of a time without offset in an IANA zone.

    A time that the clocks skip in spring is read as one hour later, and of one that
    comes twice in autumn the first is meant (PEP 495, `fold` 0).

    Raises:
        RefusedError: no such time or zone; the text is for people.
    """
    clock = clock_of(zone)
    try:
        local = datetime.fromisoformat(text)
        return local.replace(tzinfo=local.tzinfo or clock).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RefusedError("Choose a date and a time.") from error


def day_in(text: str) -> date:
    """The day that somebody wrote, such as 2026-11-20.

    Raises:
        RefusedError: there is no such day; the text is for people.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RefusedError("Choose a day, such as 2026-11-20.") from error


def beginning(day: date, clock: ZoneInfo, later: int = 0) -> datetime:
    """The moment, in UTC, when a day begins, or the one so many days `later`.

    Days are counted before hours: where the clocks change, one has 23 or 25.

    Raises:
        RefusedError: no calendar goes so far; the text is for people.
    """
    try:
        midnight = datetime.combine(day + timedelta(days=later), time(), clock)
        return midnight.astimezone(UTC)
    except OverflowError as error:
        raise RefusedError("Choose another day: that one is too far away.") from error
