"""Spam: close it, and bring back what is none. Pure."""

from events.envelope import Recorded
from events.interaction import InteractionClosed, InteractionEvent
from hub.domain.handing_over import Actor, check_free
from hub.domain.interaction import Interaction, RuleError
from hub.domain.undoing import undo_close


def close_as_spam(state: Interaction, actor: Actor) -> list[InteractionEvent]:
    """End it as spam, also what ended otherwise; what is spam already stays.

    Raises:
        RuleError: it is a part of another interaction, the caller is on the line, or
            others have it, or are to, and the actor is no supervisor.
    """
    if state.lifecycle.merged_into is not None:
        raise RuleError("This is a part of another interaction. Undo the merge first.")
    if state.lifecycle.state != "closed":
        check_free(state.lifecycle, actor)
    return [] if _is_spam(state) else [InteractionClosed("spam")]


def bring_back(state: Interaction) -> list[InteractionEvent]:
    """Undo its closing, if it was closed as spam."""
    return undo_close(state) if _is_spam(state) else []


def _is_spam(state: Interaction) -> bool:
    now = state.lifecycle
    return (now.state, now.disposition) == ("closed", "spam")


def first_contact(state: Interaction) -> Recorded | None:
    """The event that seals who wrote first: the sender that a mark is for."""
    return next(iter(state.ties.contacts), None)
