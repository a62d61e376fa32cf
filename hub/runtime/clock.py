"""Time as a collaborator that is passed in, so that rules and tests own it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; the only way the hub learns what time it is."""

    def now(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's time as an aware datetime in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is told to move; for tests and demos."""

    def __init__(self, moment: datetime) -> None:
        self._moment = _in_utc(moment)

    def now(self) -> datetime:
        """Return the moment that was set last, in UTC."""
        return self._moment

    def set(self, moment: datetime) -> None:
        """Jump to a moment, forwards or backwards.

        Raises:
            ValueError: if the moment has no time zone.
        """
        self._moment = _in_utc(moment)

    def advance(self, step: timedelta) -> None:
        """Move by a step, which may be negative."""
        self._moment += step


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)
