"""The state of a phone call: a function of the set of its signals in provider time.

Providers deliver signals late, twice and out of order; so nothing here depends on the
order of arrival. A call has legs: a transfer adds one, and the call ends with its last.
A leg that ended stays ended. A call whose end was never reported is `lost` by our own
word, until somebody hears of it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

SIGNALS: Final = ("ringing", "answered", "held", "resumed", "transferred", "ended")
LOST: Final = "lost"
"""Our own word: nothing was heard of the call for so long that it must be over."""

_RANK: Final = {name: rank for rank, name in enumerate((*SIGNALS, LOST))}


class CallSignal(NamedTuple):
    """One signal: provider time (aware), name, agent where told, event id as text.

    `leg` is the id of its leg; empty for the first one, which the caller is on.
    """

    at: datetime
    name: str
    agent: str
    signal_id: str
    leg: str = ""


@dataclass(frozen=True, slots=True)
class CallState:
    """`state` is `ringing`, `answered`, `held`, `abandoned`, `ended` or `lost`.

    `abandoned` is a call that ended and was never answered; `lost` one whose end nobody
    reported. `agent` is the last one who answered or got a transfer, and was not the
    first of two to leave; `answered_at` and `ended_at` are provider times. `ringing`
    are the agents at whom it rings now; it rings at some while others talk, and that
    alone makes no other state.
    """

    state: str
    agent: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ringing: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def missed(self) -> bool:
        """Whether it is over and nobody ever answered."""
        return self.ended_at is not None and self.answered_at is None


def in_order(signals: Iterable[CallSignal]) -> list[CallSignal]:
    """Without repeats, by provider time; equal times by the call's natural order."""
    unique = {s.signal_id: s for s in signals}
    return sorted(unique.values(), key=lambda s: (s.at, _RANK.get(s.name, 0), s[3]))


def call_state(signals: Iterable[CallSignal]) -> CallState:
    """Fold the ordered set; an empty set is a ringing call."""
    line = _Line()
    everything = in_order(signals)
    ordered = [s for s in everything if s.name != LOST]
    for signal in ordered:
        line.hear(signal)
    if line.ended_at is None and everything and everything[-1].name == LOST:
        return CallState(LOST, line.agent, line.answered_at, everything[-1].at)
    return CallState(
        _name(ordered, line.answered_at, line.ended_at),
        line.agent,
        line.answered_at,
        line.ended_at,
        frozenset(line.ringing()),
    )


def heard_at(signals: Iterable[CallSignal]) -> datetime | None:
    """When a call that goes on was last heard of; None if none goes on."""
    known = tuple(signals)
    if not known or call_state(known).ended_at is not None:
        return None
    return max(s.at for s in known if s.name != LOST)


@dataclass(slots=True)
class _Line:
    """Who is on the line: agents by leg, those who talk and those at whom it rings."""

    talks: dict[str, str] = field(default_factory=dict)
    rings: dict[str, set[str]] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    agent: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    def hear(self, signal: CallSignal) -> None:
        if signal.leg in self.over:
            return
        if signal.name == "ringing":
            self._ring(signal)
        elif signal.name in {"answered", "transferred"}:
            self._connect(signal)
        elif signal.name == "ended":
            self._end(signal)

    def ringing(self) -> set[str]:
        found = set[str]().union(*self.rings.values())
        return found - {"", *self.talks.values()}

    def _ring(self, signal: CallSignal) -> None:
        given_up = self.answered_at is None and "" in self.over
        if not given_up:
            self.rings.setdefault(signal.leg, set()).add(signal.agent)
            self.ended_at = None

    def _connect(self, signal: CallSignal) -> None:
        self.rings.clear()
        self.talks.pop(signal.leg, None)
        self.talks[signal.leg] = signal.agent
        self.agent = signal.agent or self.agent
        if signal.name == "answered":
            self.answered_at = self.answered_at or signal.at
            self.ended_at = None

    def _end(self, signal: CallSignal) -> None:
        self.over.add(signal.leg)
        self.talks.pop(signal.leg, None)
        self.rings.pop(signal.leg, None)
        if self.answered_at is None and not signal.leg:
            # The caller hung up: nothing rings on.
            self.rings.clear()
        if self.talks:
            self.agent = list(self.talks.values())[-1] or self.agent
        elif not self.rings:
            self.ended_at = self.ended_at or signal.at


def _name(
    ordered: list[CallSignal], answered_at: datetime | None, ended_at: datetime | None
) -> str:
    if ended_at is not None:
        return "ended" if answered_at is not None else "abandoned"
    if answered_at is None:
        return "ringing"
    last = next(s.name for s in reversed(ordered) if s.name != "ringing")
    return "held" if last == "held" else "answered"


def held_for(signals: Iterable[CallSignal]) -> timedelta:
    """How long it was on hold, as far as holding has ended."""
    total, since = timedelta(), None
    for signal in in_order(signals):
        if signal.name == "held":
            since = since or signal.at
        elif since is not None and signal.name in {"resumed", "transferred", "ended"}:
            total, since = total + (signal.at - since), None
    return total


def to_stored(signal: CallSignal) -> list[str]:
    """A signal as JSON holds it; in UTC, since rows are compared as text."""
    at = signal.at.astimezone(UTC).isoformat()
    return [at, signal.name, signal.agent, signal.signal_id, signal.leg]


def from_stored(stored: list[str]) -> CallSignal:
    """The signal that JSON holds: the inverse of `to_stored`."""
    at, *rest = stored
    return CallSignal(datetime.fromisoformat(at), *rest)
