"""Give work to somebody else, or to another queue: `decide(command, state)`. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from events.interaction import (
    InteractionAssigned,
    InteractionAssignedToGroup,
    InteractionEvent,
    InteractionMoved,
    InteractionPutBack,
)
from events.lifecycle import Lifecycle
from hub.domain import interaction as rules
from hub.domain.interaction import (
    Interaction,
    RuleError,
    on_the_line,
    resume,
    workable,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command, and the groups that they are in.

    A supervisor's word holds for everybody's work.
    """

    name: str
    supervisor: bool = False
    groups: Collection[str] = ()


def assign(state: Interaction, actor: Actor, agent: str) -> list[InteractionEvent]:
    """Make it somebody's work; what they have already stays theirs.

    Raises:
        RuleError: it is closed, or somebody else has it and the actor is no supervisor.
    """
    now = workable(state)
    if now.agent == agent:
        return resume(state)
    _free_for(now, actor)
    return [InteractionAssigned(agent)]


def assign_to_group(
    state: Interaction, actor: Actor, group: str, groups: Collection[str]
) -> list[InteractionEvent]:
    """Let it wait for somebody of a group; what waits for them already stays.

    Raises:
        RuleError: no such group, it is closed, the customer is on the line, or somebody
            else has it and the actor is no supervisor.
    """
    now = workable(state)
    if group not in groups:
        raise RuleError("There is no group {group!r}.", group=group)
    if now.for_group == group and now.state == "waiting":
        return []
    _free_for(now, actor)
    if on_the_line(now):
        raise RuleError("The customer is on the line. Assign it when the call is over.")
    return [InteractionAssignedToGroup(group)]


def put_back(state: Interaction, actor: Actor) -> list[InteractionEvent]:
    """Let it wait again; what waits already stays.

    Raises:
        RuleError: it is closed, or somebody else has it and the actor is no supervisor.
    """
    now = workable(state)
    if now.state == "waiting":
        return []
    _free_for(now, actor)
    return [InteractionPutBack(actor.name)]


def move(
    state: Interaction, actor: Actor, queue: str, queues: Collection[str]
) -> list[InteractionEvent]:
    """Let it wait in another queue; what waits there already stays.

    Raises:
        RuleError: no such queue, it is closed, or somebody else has it and the actor is
            no supervisor.
    """
    now = workable(state)
    if queue not in queues:
        raise RuleError("There is no queue {queue!r}.", queue=queue)
    _free_for(now, actor)
    if now.queue == queue and now.state == "waiting" and not now.for_group:
        return []
    return [InteractionMoved(queue)]


def take(state: Interaction, actor: Actor) -> list[InteractionEvent]:
    """Handle it; taking what one has already changes nothing, but ends a follow-up.

    Raises:
        RuleError: somebody else has it, it waits for a group that the actor is not in
            and they are no supervisor, or it is closed.
    """
    _in_group(workable(state), actor)
    return rules.take(state, actor.name)


def _in_group(now: Lifecycle, actor: Actor) -> None:
    if now.for_group and now.for_group not in actor.groups and not actor.supervisor:
        raise RuleError(
            "This waits for the group {group}. One of them takes it, or a"
            " supervisor gives it to others.",
            group=now.for_group,
        )


def _free_for(now: Lifecycle, actor: Actor) -> None:
    _in_group(now, actor)
    if now.agent not in {"", actor.name} and not actor.supervisor:
        raise RuleError(
            "{agent} has this interaction. Ask them, or a supervisor.", agent=now.agent
        )
