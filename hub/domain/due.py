"""What time brings to an interaction: the earliest of all that waits for it. Pure.

A follow-up comes back, what was held back leaves, and a call whose end nobody reported
is lost. Ids follow from the interaction and the moment, so that it happens once.
"""

from datetime import datetime
from typing import Final

from events import ids
from events.calls import LOST
from events.interaction import CallSignalled, FollowUpDue, ReplyWithdrawn
from events.personal import PersonalNote
from hub.domain import outbound
from hub.domain.interaction import Interaction
from hub.domain.known import InteractionHead
from hub.domain.recording import Cause, Recorder, event_id

ACTOR: Final = "timer"
_WORDS: Final = "No end of the call was reported."


def lost_at(state: Interaction, recorder: Recorder) -> datetime | None:
    """When the call that goes on is given up; None if none goes on."""
    heard = state.lifecycle.call_heard_at
    return heard and heard + recorder.rules.call_lost_after


def fall_due(
    recorder: Recorder, state: Interaction, head: InteractionHead, now: datetime
) -> InteractionHead:
    """Record all that is due by now; nothing if it was brought already."""
    head = _come_back(recorder, state, head, now)
    head = _give_up(recorder, state, head, now)
    return _let_leave(recorder, state, head, now)


def _come_back(
    recorder: Recorder, state: Interaction, head: InteractionHead, now: datetime
) -> InteractionHead:
    due_at = state.lifecycle.follow_up_at
    if due_at is None or due_at > now:
        return head
    cause = _cause(state, due_at)
    id_ = event_id(cause.id, state.id, FollowUpDue)
    return recorder.on_interaction(head, FollowUpDue(due_at), cause, id_)


def _give_up(
    recorder: Recorder, state: Interaction, head: InteractionHead, now: datetime
) -> InteractionHead:
    due_at = lost_at(state, recorder)
    if due_at is None or due_at > now or state.call is None:
        return head
    cause = _cause(state, due_at)
    id_ = event_id(cause.id, state.id, CallSignalled)
    event = CallSignalled(
        signal_id=ids.derived(cause.id, LOST),
        call=state.call,
        signal=LOST,
        agent="",
        leg=None,
        personal=recorder.seal(PersonalNote(_WORDS), id_, state.id),
    )
    return recorder.on_interaction(head, event, cause, id_)


def _let_leave(
    recorder: Recorder, state: Interaction, head: InteractionHead, now: datetime
) -> InteractionHead:
    """In the order in which they were to leave; redacted ones never do."""
    for held in sorted(state.lifecycle.held, key=lambda one: one.due_at):
        if held.due_at > now:
            break
        leaving = outbound.released(recorder, state.written.held[held.touchpoint])
        # It happens when it leaves, and not when it was to leave.
        cause = _cause(state, held.due_at)._replace(at=now)
        if leaving is None:
            gone = ReplyWithdrawn(held.touchpoint)
            id_ = event_id(cause.id, state.id, ReplyWithdrawn, held.touchpoint.hex)
            head = recorder.on_interaction(head, gone, cause, id_)
        else:
            head = outbound.send(recorder, head, leaving, cause)
    return head


def _cause(state: Interaction, due_at: datetime) -> Cause:
    """The moment itself: the same for whoever fires, and at whatever time."""
    id_ = ids.derived(state.id, f"due/{due_at.isoformat()}")
    return Cause(id=id_, correlation=id_, actor=ACTOR, at=due_at)
