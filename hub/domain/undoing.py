"""Undo a closing: `decide(command, state) -> events`. Pure."""

from typing import Final

from events.interaction import InteractionEvent
from events.lifecycle import standing
from events.linking import CloseUndone
from hub.domain.interaction import Interaction, RuleError

TAKEN_BACK: Final = "taken_back"
"""The disposition of what was split off and is empty since that was undone."""


def undo_close(state: Interaction) -> list[InteractionEvent]:
    """Bring it back to where it would stand had it not been closed.

    Undoing it twice changes nothing.

    Raises:
        RuleError: it is a part of another, or nobody closed it.
    """
    now = state.lifecycle
    if now.state != "closed":
        return []
    if now.merged_into is not None:
        raise RuleError("This is a part of another interaction. Undo the merge first.")
    if now.disposition == TAKEN_BACK or not state.ties.kept:
        raise RuleError("This closing cannot be undone. Reopen the interaction.")
    return [CloseUndone(standing(state.ties.kept[-1]))]
