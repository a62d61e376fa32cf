"""The lifecycle of an interaction: where it stands after each of its events.

Decisions, read models and heads fold this one function, so that they cannot disagree.
States: `waiting` (in its queue), `handling` (an agent has it), `wrap_up` (a call ended,
work is left), `deferred` (set aside until a date), `closed`. What is a part of another
interaction is closed as `merged`.
"""

from datetime import datetime
from functools import singledispatch
from typing import Final, NamedTuple
from uuid import UUID

from events import interaction as happened
from events import linking
from events.calls import LOST, CallSignal, CallState, call_state, heard_at
from events.envelope import Event
from events.held import HeldReply

MISSED: Final = ("abandoned", LOST)
"""Dispositions of calls that nobody answered; what comes late may tell otherwise."""

STATES: Final = ("waiting", "handling", "wrap_up", "deferred", "closed")


class Lifecycle(NamedTuple):
    """`state`, who works on it, where and since when it waits; times aware, UTC.

    `follow_up_at` is the date until which it is set aside, and None in other states;
    so is `merged_into`, the interaction that it is a part of, unless it is closed.
    `for_group` is who may take what nobody has; empty where anybody may.
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
    merged_into: UUID | None = None
    for_group: str = ""
    held: tuple[HeldReply, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When time itself brings something next, but for calls that never end."""
        dates = [held.due_at for held in self.held]
        if self.follow_up_at is not None:
            dates.append(self.follow_up_at)
        return min(dates, default=None)

    @property
    def call_heard_at(self) -> datetime | None:
        """When its call was last heard of; None if none goes on, or work is over."""
        return None if self.state == "closed" else heard_at(self.signals)


def advance(now: Lifecycle, event: Event, at: datetime) -> Lifecycle:
    """The lifecycle after `event`, which occurred `at`; unknown events change nothing.

    Total over every order of events.
    """
    after = _advance(event, now, at)
    if after.follow_up_at is not None and after.state != "deferred":
        after = after._replace(follow_up_at=None)
    if after.merged_into is not None and after.state != "closed":
        after = after._replace(merged_into=None)
    if after.for_group and (after.agent or after.state not in {"waiting", "deferred"}):
        after = after._replace(for_group="")
    return after


@singledispatch
def _advance(_event: object, now: Lifecycle, _at: datetime) -> Lifecycle:
    return now


@_advance.register
def _(event: happened.InteractionOpened, now: Lifecycle, at: datetime) -> Lifecycle:
    contact_at, came = event.contact_at or at, event.direction == "in"
    begun = now._replace(queue=event.queue, last_contact_at=contact_at)
    if came:
        begun = begun._replace(contacts=1)
    if event.agent or not came:
        return begun._replace(state="handling", agent=event.agent or now.agent)
    waits = begun._replace(waiting_since=at)
    return _closed(waits, "spam", at) if event.spam else waits


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
    left = _let_go(now, event.touchpoint_id)
    return left._replace(last_contact_at=_later(now.last_contact_at, at))


@_advance.register
def _(event: happened.ReplyHeld, now: Lifecycle, _at: datetime) -> Lifecycle:
    others = _let_go(now, event.touchpoint_id).held
    return now._replace(held=(*others, HeldReply(event.touchpoint_id, event.due_at)))


@_advance.register
def _(event: happened.ReplyWithdrawn, now: Lifecycle, _at: datetime) -> Lifecycle:
    return _let_go(now, event.touchpoint_id)


def _let_go(now: Lifecycle, touchpoint: UUID) -> Lifecycle:
    kept = tuple(held for held in now.held if held.touchpoint != touchpoint)
    return now if kept == now.held else now._replace(held=kept)


@_advance.register
def _(event: happened.CallSignalled, now: Lifecycle, at: datetime) -> Lifecycle:
    leg = "" if event.leg is None else str(event.leg)
    signal = CallSignal(at, event.signal, event.agent, str(event.signal_id), leg)
    signalled = now._replace(signals=(*now.signals, signal))
    if now.state == "closed" and now.disposition not in MISSED:
        return signalled
    before, call = call_state(now.signals), call_state(signalled.signals)
    if _is_known(before, call):
        # It came late and tells nothing new: people may have moved the work since.
        return signalled
    return _lost(signalled, call) if call.state == LOST else _after_call(signalled)


def _is_known(before: CallState, after: CallState) -> bool:
    """Whether people work on what a call left already, whenever it ended."""
    if before == after:
        return True
    over = before.state in {"ended", LOST} and after.state in {"ended", LOST}
    answered = before.answered_at is not None and after.answered_at is not None
    return over and answered and before.agent == after.agent


def _lost(now: Lifecycle, call: CallState) -> Lifecycle:
    """An agent who had it wraps up; a call that nobody answered was missed."""
    if call.missed and not now.agent:
        return _missed(now, call)
    if now.state in {"waiting", "deferred"} and not call.missed:
        # Somebody answered, and put aside what is left to do.
        return now
    return _after_call(now)


def _missed(now: Lifecycle, call: CallState) -> Lifecycle:
    return now._replace(
        state="closed",
        disposition=call.state,
        closed_at=call.ended_at,
        waiting_since=None,
    )


def _rings_again(now: Lifecycle) -> Lifecycle:
    """A call that seemed abandoned was passed on to somebody else."""
    if now.state != "closed":
        return now
    since = min(signal.at for signal in now.signals)
    return now._replace(
        state="waiting", agent="", waiting_since=since, closed_at=None, disposition=""
    )


def _after_call(now: Lifecycle) -> Lifecycle:
    call = call_state(now.signals)
    agent = call.agent or now.agent
    if call.state == "ringing":
        return _rings_again(now)
    if call.state == "abandoned":
        return _missed(now, call)
    over = call.state in {"ended", LOST}
    return now._replace(
        state="wrap_up" if over else "handling",
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
    return now._replace(state="waiting", agent="", for_group="", waiting_since=at)


@_advance.register
def _(event: happened.InteractionMoved, now: Lifecycle, at: datetime) -> Lifecycle:
    return now._replace(
        state="waiting", agent="", for_group="", queue=event.queue, waiting_since=at
    )


@_advance.register
def _(event: happened.InteractionAssigned, now: Lifecycle, _at: datetime) -> Lifecycle:
    if now.state == "closed":
        return now
    return now._replace(state="handling", agent=event.agent, waiting_since=None)


@_advance.register
def _(
    event: happened.InteractionAssignedToGroup, now: Lifecycle, at: datetime
) -> Lifecycle:
    if now.state == "closed":
        return now
    # The customer waits no less than before because others are to answer.
    since = now.waiting_since if now.state == "waiting" else at
    return now._replace(
        state="waiting", agent="", for_group=event.group, waiting_since=since
    )


@_advance.register
def _(event: happened.InteractionClosed, now: Lifecycle, at: datetime) -> Lifecycle:
    return _closed(now, event.disposition, at)


def _closed(now: Lifecycle, disposition: str, at: datetime) -> Lifecycle:
    return now._replace(
        state="closed", disposition=disposition, closed_at=at, waiting_since=None
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


@_advance.register
def _(event: linking.InteractionMerged, now: Lifecycle, at: datetime) -> Lifecycle:
    return _closed(now, "merged", at)._replace(merged_into=event.into)


@_advance.register
def _(event: linking.CloseUndone, now: Lifecycle, _at: datetime) -> Lifecycle:
    return now if now.merged_into else _back_to(now, event.back_to)


@_advance.register
def _(event: linking.MergeUndone, now: Lifecycle, _at: datetime) -> Lifecycle:
    if event.back_to is None or now.merged_into != event.other:
        return now
    return _back_to(now._replace(merged_into=None), event.back_to)


def _back_to(now: Lifecycle, place: linking.Standing) -> Lifecycle:
    """Where it stood; contacts, signals and queue stay what they became since."""
    fits = place.state in STATES and not (place.state == "waiting" and place.agent)
    dated = (place.follow_up_at is not None) == (place.state == "deferred")
    if now.state != "closed" or not (fits and dated):
        return now
    return now._replace(
        state=place.state,
        agent=place.agent,
        waiting_since=place.waiting_since,
        closed_at=place.closed_at,
        disposition=place.disposition,
        follow_up_at=place.follow_up_at,
        for_group=place.for_group,
    )


def standing(now: Lifecycle) -> linking.Standing:
    """What an undoing brings back."""
    return linking.Standing(
        now.state,
        now.agent,
        now.waiting_since,
        now.closed_at,
        now.disposition,
        now.follow_up_at,
        now.for_group,
    )


@_advance.register
def _(event: linking.TouchpointsSplitOff, now: Lifecycle, _at: datetime) -> Lifecycle:
    return now._replace(contacts=now.contacts - len(event.touchpoints))


@_advance.register
def _(event: linking.SplitUndone, now: Lifecycle, _at: datetime) -> Lifecycle:
    back = len(event.touchpoints) if event.returned else -len(event.touchpoints)
    return now._replace(contacts=now.contacts + back)
