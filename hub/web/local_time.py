"""Times as people write them, on the clock of where they are."""

from datetime import UTC, datetime
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
