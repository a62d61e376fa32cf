"""Hold back what was written, and take it back: `decide(command, state)`. Pure."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events.interaction import InteractionEvent, InteractionTaken, ReplyWithdrawn
from hub.domain.handing_over import Actor
from hub.domain.interaction import Interaction, RuleError, reopen

LONGEST: Final = timedelta(hours=1)
"""How long a message may be held back; what shall leave later is a follow-up."""


def leaves_at(now: datetime, hold: timedelta) -> datetime | None:
    """When a message leaves that is held back so long; None if it leaves at once.

    Raises:
        RuleError: that is too long, or not into the future.
    """
    if not timedelta(0) <= hold <= LONGEST:
        raise RuleError("A message can be held back for an hour at most.")
    return now + hold if hold else None


def withdraw(
    state: Interaction, actor: Actor, touchpoint: UUID
) -> list[InteractionEvent]:
    """Take back what has not left; work that nobody has is the actor's again.

    What was taken back already stays so. A part of another interaction stays closed.

    Raises:
        RuleError: it is no message that was held back, it has left, or it is somebody
            else's and the actor is no supervisor.
    """
    held = state.written.held.get(touchpoint)
    if held is None:
        raise RuleError("This message was not held back.")
    if held.actor != actor.name and not actor.supervisor:
        raise RuleError("{actor} wrote this; only they take it back.", actor=held.actor)
    if touchpoint not in {one.touchpoint for one in state.lifecycle.held}:
        if touchpoint in state.written.sent:
            raise RuleError("Too late: it has left already.")
        return []
    return [ReplyWithdrawn(touchpoint), *_in_hand(state, actor.name)]


def _in_hand(state: Interaction, agent: str) -> list[InteractionEvent]:
    """Whoever takes back wants to go on writing; of a part in the whole."""
    if state.lifecycle.merged_into is not None:
        return []
    if state.lifecycle.state == "closed":
        return [*reopen(state), InteractionTaken(agent)]
    return [] if state.lifecycle.agent else [InteractionTaken(agent)]
