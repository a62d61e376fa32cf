"""A call as people read it: what was signalled, how long it rang and was talked."""

from collections.abc import Iterator, Sequence
from typing import Final

from hub.cli.output import Listing
from hub.runtime.spans import span
from projections.queries.interaction import Signalled
from projections.queries.timeline import CallFacts

__all__ = ["listings"]

_WORDS: Final = {
    "ringing": "rang",
    "answered": "answered",
    "held": "put on hold",
    "resumed": "resumed",
    "transferred": "transferred",
    "ended": "ended",
    "lost": "given up",
}


def listings(
    signals: Sequence[Signalled], call: CallFacts | None
) -> Iterator[Listing | str]:
    """The signals, one a line, and the durations; nothing without a call."""
    if not signals:
        return
    rows = [
        (one.at, _WORDS.get(one.name, one.name), one.agent or None) for one in signals
    ]
    yield Listing("Call", ("when", "what", "agent"), rows)
    if call is not None:
        yield f"{_durations(call)}\n"


def _durations(call: CallFacts) -> str:
    if call.waited is None:
        return "It rings."
    if call.answered_at is None:
        return f"Not answered, rang {span(call.waited)}."
    over = call.talked is not None
    talk = f"talked {span(call.talked)}" if over else "the talk goes on"
    return f"Rang {span(call.waited)}, {talk}."
