"""The state of a phone call: a function of the set of its signals in provider time.

Providers deliver signals late, twice and out of order; so nothing here depends on the
order of arrival. `ended` absorbs: a call that ended stays ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

SIGNALS: Final = ("ringing", "answered", "held", "resumed", "transferred", "ended")
_RANK: Final = {name: rank for rank, name in enumerate(SIGNALS)}


class CallSignal(NamedTuple):
    """One signal: provider time (aware), name, agent where told, event id as text."""

    at: datetime
    name: str
    agent: str
    signal_id: str


@dataclass(frozen=True, slots=True)
class CallState:
    """`state` is `ringing`, `answered`, `held`, `abandoned` or `ended`.

    `abandoned` is a call that ended and was never answered. `agent` is the last one
    who answered or got a transfer; `answered_at` and `ended_at` are provider times.
    """

    state: str
    agent: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None


def in_order(signals: Iterable[CallSignal]) -> list[CallSignal]:
    """Without repeats, by provider time; equal times by the call's natural order."""
    unique = {s.signal_id: s for s in signals}
    return sorted(unique.values(), key=lambda s: (s.at, _RANK.get(s.name, 0), s[3]))


def call_state(signals: Iterable[CallSignal]) -> CallState:
    """Fold the ordered set; an empty set is a ringing call."""
    ordered = in_order(signals)
    answers = [s for s in ordered if s.name in {"answered", "transferred"}]
    agent = next((s.agent for s in reversed(answers) if s.agent), "")
    answered_at = next((s.at for s in ordered if s.name == "answered"), None)
    ended_at = next((s.at for s in ordered if s.name == "ended"), None)
    return CallState(
        _name(ordered, answered_at, ended_at), agent, answered_at, ended_at
    )


def _name(
    ordered: list[CallSignal], answered_at: datetime | None, ended_at: datetime | None
) -> str:
    if ended_at is not None:
        return "ended" if answered_at is not None else "abandoned"
    if answered_at is None:
        return "ringing"
    last = next(s.name for s in reversed(ordered) if s.name != "ringing")
    return "held" if last == "held" else "answered"


def to_stored(signal: CallSignal) -> list[str]:
    """A signal as JSON holds it; in UTC, since rows are compared as text."""
    at = signal.at.astimezone(UTC).isoformat()
    return [at, signal.name, signal.agent, signal.signal_id]


def from_stored(stored: list[str]) -> CallSignal:
    """The signal that JSON holds: the inverse of `to_stored`."""
    at, name, agent, signal_id = stored
    return CallSignal(datetime.fromisoformat(at), name, agent, signal_id)
