"""Whose work it is, and who may give it away, defer or end it. Pure.

`decide(command, state) -> events`; a supervisor's word holds for everybody's work.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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
        RuleError: it is closed, the customer is on the line, or somebody else has it
            and the actor is no supervisor.
    """
    now = workable(state)
    if now.agent == agent:
        return resume(state)
    check_free(now, actor)
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
    check_free(now, actor)
    return [InteractionAssignedToGroup(group)]


def put_back(state: Interaction, actor: Actor) -> list[InteractionEvent]:
    """Let it wait again; what waits already stays.

    Raises:
        RuleError: it is closed, the customer is on the line, or somebody else has it
            and the actor is no supervisor.
    """
    now = workable(state)
    if now.state == "waiting":
        return []
    check_free(now, actor)
    return [InteractionPutBack(actor.name)]


def move(
    state: Interaction, actor: Actor, queue: str, queues: Collection[str]
) -> list[InteractionEvent]:
    """Let it wait in another queue; what waits there already stays.

    Raises:
        RuleError: no such queue, it is closed, the customer is on the line, or somebody
            else has it and the actor is no supervisor.
    """
    now = workable(state)
    if queue not in queues:
        raise RuleError("There is no queue {queue!r}.", queue=queue)
    if now.queue == queue and now.state == "waiting" and not now.for_group:
        return []
    check_free(now, actor)
    return [InteractionMoved(queue)]


def take(state: Interaction, actor: Actor) -> list[InteractionEvent]:
    """Handle it; taking what one has already changes nothing, but ends a follow-up.

    Raises:
        RuleError: somebody else has it, it waits for a group that the actor is not in
            and they are no supervisor, or it is closed.
    """
    check_group(workable(state), actor)
    return rules.take(state, actor.name)


def check_group(now: Lifecycle, actor: Actor) -> None:
    """Refuse what waits for a group that the actor is not in.

    Raises:
        RuleError: the text says for whom it waits.
    """
    if now.for_group and now.for_group not in actor.groups and not actor.supervisor:
        raise RuleError(
            "This waits for the group {group}. One of them takes it, or a"
            " supervisor gives it to others.",
            group=now.for_group,
        )


def close(
    state: Interaction, actor: Actor, disposition: str, dispositions: Collection[str]
) -> list[InteractionEvent]:
    """End the work; closing what is closed changes nothing.

    Raises:
        RuleError: no such disposition, the customer is on the line, it waits for others
            or they have it, and the actor is no supervisor.
    """
    if state.lifecycle.state != "closed":
        check_free(state.lifecycle, actor)
    return rules.close(state, disposition, dispositions)


def follow_up(
    state: Interaction, actor: Actor, due_at: datetime, now: datetime
) -> list[InteractionEvent]:
    """Set it aside until a date; as `hub.domain.interaction.follow_up`.

    Raises:
        RuleError: it waits for a group that the actor is not in; or as there.
    """
    check_group(workable(state), actor)
    return rules.follow_up(state, actor.name, due_at, now)


def check_free(now: Lifecycle, actor: Actor) -> None:
    """Refuse to take work away from others, or from a call that goes on.

    A later signal of the call would give it back to whoever speaks.

    Raises:
        RuleError: the text says who has it, or for whom it waits.
    """
    check_group(now, actor)
    if now.agent not in {"", actor.name} and not actor.supervisor:
        raise RuleError(
            "{agent} has this interaction. Ask them, or a supervisor.", agent=now.agent
        )
    if on_the_line(now):
        raise RuleError("The customer is on the line. Do it when the call is over.")
