"""Lengths of time for people."""

from datetime import timedelta


def span(time: timedelta | float | None) -> str:
    """A length of time (s) in the shortest form that helps: 4 s, 12 min, 3 h 5 min.

    Pages show the same words: `since` in `hub/web/static/touchline.js`.
    """
    if time is None:
        return "-"
    seconds = time.total_seconds() if isinstance(time, timedelta) else time
    minutes = int(seconds // 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _both((days, "d"), (hours, "h"))
    return _both((hours, "h"), (minutes, "min"))


def lasted(time: timedelta | float) -> str:
    """How long something took (s), to the second: 21 s, 4 min 8 s, 1 h 2 min."""
    seconds = int(time.total_seconds() if isinstance(time, timedelta) else time)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _both((hours, "h"), (minutes, "min"))
    return _both((minutes, "min"), (seconds, "s")) or "0 s"


def _both(*parts: tuple[int, str]) -> str:
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
