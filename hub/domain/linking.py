"""Link, merge and re-attribute interactions, and undo each. Pure.

What concerns two interactions decides events for both: stored together, they make sure
that of two such commands at once one sees the other. Parts merge into what is no part
itself, so that no circle can come about.
"""

from typing import NamedTuple
from uuid import UUID

from events.interaction import InteractionEvent
from events.lifecycle import standing
from events.linking import (
    AttributionUndone,
    InteractionAbsorbed,
    InteractionAttributed,
    InteractionLinked,
    InteractionMerged,
    LinkUndone,
    MergeUndone,
)
from hub.domain.handing_over import Actor, check_group
from hub.domain.interaction import Interaction, RuleError, on_the_line
from hub.domain.refusing import Wording


class Pair(NamedTuple):
    """Events for the one and for the other; none changes nothing."""

    here: list[InteractionEvent]
    there: list[InteractionEvent]


_QUIET = Pair([], [])


def link(state: Interaction, other: Interaction) -> Pair:
    """Say that two belong together; what is linked already stays.

    Raises:
        RuleError: they are one and the same.
    """
    _differ(state, other)
    if other.id in state.ties.related:
        return _QUIET
    return Pair([InteractionLinked(other.id)], [InteractionLinked(state.id)])


def undo_link(state: Interaction, other: Interaction) -> Pair:
    """Take a link away; where there is none nothing changes."""
    if other.id not in state.ties.related:
        return _QUIET
    return Pair([LinkUndone(other.id)], [LinkUndone(state.id)])


def merge(part: Interaction, whole: Interaction, actor: Actor) -> Pair:
    """Make one a part of the other; what is that already stays.

    Raises:
        RuleError: one of them is a part of something already, open work would vanish in
            closed work, somebody else has it, or the customer is on the line.
    """
    _differ(part, whole)
    if part.lifecycle.merged_into == whole.id:
        return _QUIET
    _whole(part, Wording("#{number} is a part of another interaction already."))
    _whole(whole, Wording("#{number} is a part of another one: merge with that."))
    if part.lifecycle.state != "closed":
        _may_vanish(part, whole, actor)
    return Pair([InteractionMerged(whole.id)], [InteractionAbsorbed(part.id)])


def _differ(state: Interaction, other: Interaction) -> None:
    if state.id == other.id:
        raise RuleError("This is one and the same interaction. Choose another one.")


def _whole(state: Interaction, otherwise: str) -> None:
    if state.lifecycle.merged_into is not None:
        raise RuleError(otherwise, number=state.number)


def _may_vanish(part: Interaction, whole: Interaction, actor: Actor) -> None:
    agent = part.lifecycle.agent
    check_group(part.lifecycle, actor)
    if whole.lifecycle.state == "closed":
        raise RuleError(
            "#{number} is closed. Reopen it first, or merge the other way.",
            number=whole.number,
        )
    if agent not in {"", actor.name} and not actor.supervisor:
        raise RuleError(
            "{agent} has #{number}. Ask them, or a supervisor.",
            agent=agent,
            number=part.number,
        )
    if on_the_line(part.lifecycle):
        raise RuleError("The customer is on the line. Merge it when the call is over.")


def undo_merge(state: Interaction, other: Interaction) -> Pair:
    """Make two of them again, each as it would stand; two that are two stay so."""
    if state.lifecycle.merged_into == other.id:
        return Pair(*_apart(state, other))
    if other.lifecycle.merged_into == state.id:
        return Pair(*reversed(_apart(other, state)))
    return _QUIET


def _apart(part: Interaction, whole: Interaction) -> Pair:
    back_to = standing(part.ties.kept[-1])
    return Pair([MergeUndone(whole.id, back_to)], [MergeUndone(part.id, None)])


def attribute(state: Interaction, customer: UUID) -> list[InteractionEvent]:
    """Say that it belongs to a customer; whose it is already it stays."""
    return [] if owner(state) == customer else [InteractionAttributed(customer)]


def owner(state: Interaction) -> UUID | None:
    """The customer that it belongs to now."""
    return state.ties.owners[-1] if state.ties.owners else state.customer


def undo_attribution(state: Interaction) -> list[InteractionEvent]:
    """Give it back to the customer that it belonged to before, if there was one."""
    before = (state.customer, *state.ties.owners)[:-1]
    if not before or before[-1] is None:
        return []
    return [AttributionUndone(before[-1])]
