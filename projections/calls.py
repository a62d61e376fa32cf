"""Calls: where each stands, at whom it rings, and whether it was missed.

A table of the interaction view: written by interaction streams only. Whose call it is,
and what became of the work, is joined at query time.
"""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from events.calls import CallSignal, call_state, from_stored, held_for, to_stored
from events.interaction import CallSignalled, InteractionOpened
from projections import columns as c
from projections.contract import Fact, Key, Named, Row, metadata

LONGEST_NAME: Final = 64
"""Characters of a user name: longer words of telephone systems are nobody's."""

TABLE: Final = sa.Table(
    "interaction_call_v1",
    metadata,
    c.key("interaction_id"),
    c.key("touchpoint_id"),
    c.text("direction"),
    c.text("caller"),
    c.text("called"),
    c.time("began_at"),
    c.time("rang_at", nullable=True),
    c.time("answered_at", nullable=True),
    c.time("ended_at", nullable=True),
    c.number("held_seconds"),
    c.text("state"),
    c.text("agent"),
    c.flag("missed"),
    c.json("ringing"),
    c.json("signals"),
    sa.Index("interaction_call_v1_ringing", "rang_at",
             postgresql_where=sa.text("ringing <> '[]'")),
    sa.Index("interaction_call_v1_missed", "ended_at", "interaction_id",
             postgresql_where=sa.text("missed")),
    sa.Index("interaction_call_v1_caller", "caller", "began_at",
             postgresql_where=sa.text("caller <> ''")),
    postgresql_with=c.OFTEN_CHANGED,
)  # fmt: skip
"""`caller` is the customer's number whatever the direction, `called` ours.

`state` is one of `events.calls.CallState`; empty where nothing was signalled, as in
what people record by hand. `ringing` are user names, `rang_at` the latest ring.
`missed`: it came in, is over, and nobody answered it.
"""


def key(fact: Fact) -> Key | None:
    """The call that an event is about."""
    event = fact.record.event
    if isinstance(event, CallSignalled):
        return (fact.record.stream, event.call)
    if isinstance(event, InteractionOpened) and event.channel == "phone":
        return (fact.record.stream, event.touchpoint_id)
    return None


def reads(fact: Fact) -> bool:
    """Whether the row that is there counts."""
    return isinstance(fact.record.event, CallSignalled)


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The call's row after one of its signals."""
    event = fact.record.event
    if isinstance(event, InteractionOpened):
        return _opened(fact, event)
    if row is None or not isinstance(event, CallSignalled):
        return row
    known = map(from_stored, row["signals"])
    return _standing(row, [*known, _signal(fact, event)])


def _opened(fact: Fact, event: InteractionOpened) -> Row:
    address = fact.personal
    who = address.identifier if address else None
    return {
        "interaction_id": fact.record.stream,
        "touchpoint_id": event.touchpoint_id,
        "direction": event.direction,
        "caller": who.value if who else "",
        "called": address.from_address if address else "",
        "began_at": fact.record.occurred_at,
        "rang_at": None,
        "answered_at": None,
        "ended_at": None,
        "held_seconds": 0,
        "state": "",
        "agent": "",
        "missed": False,
        "ringing": [],
        "signals": [],
    }


def _signal(fact: Fact, event: CallSignalled) -> CallSignal:
    leg = "" if event.leg is None else str(event.leg)
    at = fact.record.occurred_at
    return CallSignal(at, event.signal, event.agent, str(event.signal_id), leg)


def _standing(row: Row, signals: list[CallSignal]) -> Row:
    now = call_state(signals)
    rings = [signal.at for signal in signals if signal.name == "ringing"]
    return {
        **row,
        "began_at": min(signal.at for signal in signals),
        "rang_at": max(rings, default=None),
        "answered_at": now.answered_at,
        "ended_at": now.ended_at,
        "held_seconds": int(held_for(signals).total_seconds()),
        "state": now.state,
        "agent": now.agent,
        "missed": row["direction"] == "in" and now.missed,
        "ringing": sorted(now.ringing),
        "signals": [to_stored(signal) for signal in signals],
    }


def woken(before: Row | None, after: Row | None) -> Iterator[Named]:
    """The agents at whom it begins or stops to ring, and the count of missed calls."""
    rang, rings = (set(_of(row, "ringing", ())) for row in (before, after))
    changed = sorted(rang ^ rings)
    yield from (("agent", name) for name in changed if len(name) <= LONGEST_NAME)
    if _of(before, "missed", False) != _of(after, "missed", False):  # noqa: FBT003
        yield "calls", "missed"


def woken_by_work(before: Row | None, after: Row | None) -> Iterator[Named]:
    """The count of missed calls, as work on a call begins or ends."""
    call = _of(after, "channel", "") == "phone"
    stood, stands = (_of(row, "state", "") for row in (before, after))
    if call and stood != stands and "closed" in {stood, stands}:
        yield "calls", "missed"


def _of(row: Row | None, name: str, default: Any) -> Any:
    return default if row is None else row[name]
