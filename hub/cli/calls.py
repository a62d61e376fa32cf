"""A call as people read it: what was signalled, how long it rang and was talked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from hub.cli.output import Listing
from hub.runtime.spans import span
from projections.queries.interaction import Signalled

__all__ = ["listings"]

_WORDS: Final = {
    "ringing": "rang",
    "answered": "answered",
    "held": "put on hold",
    "resumed": "resumed",
    "transferred": "transferred",
    "ended": "ended",
}


def listings(signals: Sequence[Signalled]) -> Iterator[Listing | str]:
    """The signals, one a line, and the durations; nothing without a call."""
    if not signals:
        return
    rows = [
        (one.at, _WORDS.get(one.name, one.name), one.agent or None) for one in signals
    ]
    yield Listing("Call", ("when", "what", "agent"), rows)
    yield f"{_durations(signals)}\n"


def _durations(signals: Sequence[Signalled]) -> str:
    began = signals[0].at
    answered, ended = _at("answered", signals), _at("ended", signals)
    if answered is None:
        return f"Not answered, rang {span(ended - began)}." if ended else "It rings."
    talk = f"talked {span(ended - answered)}" if ended else "the talk goes on"
    return f"Rang {span(answered - began)}, {talk}."


def _at(name: str, signals: Sequence[Signalled]) -> datetime | None:
    return next((one.at for one in signals if one.name == name), None)
