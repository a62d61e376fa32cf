"""The lifecycle of an interaction: where it stands after each of its events.

Decisions, read models and heads fold this one function, so that they cannot disagree.
States: `waiting` (in its queue), `handling` (an agent has it), `wrap_up` (a call ended,
work is left), `deferred` (set aside until a date), `closed`.
"""

from datetime import datetime
from functools import singledispatch
from typing import NamedTuple

from events import interaction as happened
from events.calls import CallSignal, call_state
from events.envelope import Event


class Lifecycle(NamedTuple):
    """`state`, who works on it, where and since when it waits; times aware, UTC.

    `follow_up_at` is the date until which it is set aside, and None in other states.
    """

    state: str = "waiting"
    queue: str = ""
    agent: str = ""
    waiting_since: datetime | None = None
    last_contact_at: datetime | None = None
    closed_at: datetime | None = None
    disposition: str = ""
    contacts: int = 0
    signals: tuple[CallSignal, ...] = ()
    follow_up_at: datetime | None = None


def advance(now: Lifecycle, event: Event, at: datetime) -> Lifecycle:
    """The lifecycle after `event`, which occurred `at`; unknown events change nothing.

    Total over every order of events.
    """
    after = _advance(event, now, at)
    if after.follow_up_at is not None and after.state != "deferred":
        return after._replace(follow_up_at=None)
    return after


@singledispatch
def _advance(_event: object, now: Lifecycle, _at: datetime) -> Lifecycle:
    return now


@_advance.register
def _(event: happened.InteractionOpened, now: Lifecycle, at: datetime) -> Lifecycle:
    if event.direction == "out":
        return now._replace(state="handling", queue=event.queue, last_contact_at=at)
    return now._replace(
        queue=event.queue, waiting_since=at, last_contact_at=at, contacts=1
    )


def _later(now: datetime | None, at: datetime) -> datetime:
    return at if now is None else max(now, at)


@_advance.register
def _(event: happened.TouchpointAttached, now: Lifecycle, at: datetime) -> Lifecycle:
    later = _later(now.last_contact_at, at)
    if event.direction == "out":
        return now._replace(last_contact_at=later)
    counted = now._replace(last_contact_at=later, contacts=now.contacts + 1)
    return counted if event.automatic else _back(counted, at)


def _back(now: Lifecycle, at: datetime) -> Lifecycle:
    """What was set aside returns: to whoever had it, else into its queue."""
    if now.state != "deferred":
        return now
    if now.agent:
        return now._replace(state="handling")
    return now._replace(state="waiting", waiting_since=at)


@_advance.register
def _(event: happened.FollowUpSet, now: Lifecycle, _at: datetime) -> Lifecycle:
    if now.state == "closed":
        return now
    return now._replace(state="deferred", waiting_since=None, follow_up_at=event.due_at)


@_advance.register(happened.FollowUpDue)
@_advance.register(happened.FollowUpCancelled)
def _(_event: object, now: Lifecycle, at: datetime) -> Lifecycle:
    return _back(now, at)


@_advance.register
def _(event: happened.ReplySent, now: Lifecycle, at: datetime) -> Lifecycle:
    if event.automatic:
        return now
    return now._replace(last_contact_at=_later(now.last_contact_at, at))


@_advance.register
def _(event: happened.CallSignalled, now: Lifecycle, at: datetime) -> Lifecycle:
    signal = CallSignal(at, event.signal, event.agent, str(event.signal_id))
    signalled = now._replace(signals=(*now.signals, signal))
    if now.state == "closed" and now.disposition != "abandoned":
        return signalled
    if call_state(now.signals) == call_state(signalled.signals):
        # It came late and tells nothing new: people may have moved the work since.
        return signalled
    return _after_call(signalled)


def _after_call(now: Lifecycle) -> Lifecycle:
    call = call_state(now.signals)
    agent = call.agent or now.agent
    if call.state == "ringing":
        return now
    if call.state == "abandoned":
        return now._replace(
            state="closed",
            disposition="abandoned",
            closed_at=call.ended_at,
            waiting_since=None,
        )
    state = "wrap_up" if call.state == "ended" else "handling"
    return now._replace(
        state=state,
        agent=agent,
        waiting_since=None,
        closed_at=None,
        disposition="",
    )


@_advance.register
def _(event: happened.InteractionTaken, now: Lifecycle, _at: datetime) -> Lifecycle:
    return now._replace(state="handling", agent=event.agent, waiting_since=None)


@_advance.register
def _(_event: happened.InteractionPutBack, now: Lifecycle, at: datetime) -> Lifecycle:
    return now._replace(state="waiting", agent="", waiting_since=at)


@_advance.register
def _(event: happened.InteractionMoved, now: Lifecycle, at: datetime) -> Lifecycle:
    return now._replace(state="waiting", agent="", queue=event.queue, waiting_since=at)


@_advance.register
def _(event: happened.InteractionAssigned, now: Lifecycle, _at: datetime) -> Lifecycle:
    if now.state == "closed":
        return now
    return now._replace(state="handling", agent=event.agent, waiting_since=None)


@_advance.register
def _(event: happened.InteractionClosed, now: Lifecycle, at: datetime) -> Lifecycle:
    return now._replace(
        state="closed",
        disposition=event.disposition,
        closed_at=at,
        waiting_since=None,
    )


@_advance.register
def _(_event: happened.InteractionReopened, now: Lifecycle, at: datetime) -> Lifecycle:
    return now._replace(
        state="waiting",
        agent="",
        waiting_since=at,
        closed_at=None,
        disposition="",
    )
