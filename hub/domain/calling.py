"""What agents do about calls beside talking: `decide(command, state) -> events`."""

from collections.abc import Collection

from events.interaction import InteractionEvent, InteractionTaken
from hub.domain.handing_over import Actor, take
from hub.domain.interaction import (
    Interaction,
    RuleError,
    close,
    on_the_line,
    reopen,
)


def call_back(state: Interaction, actor: Actor) -> list[InteractionEvent]:
    """Take a call as one's own work, to call back; what one has already stays.

    Raises:
        RuleError: it is no call, somebody else has it, or the caller is on the line.
    """
    if not state.lifecycle.signals:
        raise RuleError("This is no call. Take it as other work.")
    if on_the_line(state.lifecycle):
        raise RuleError("The caller is on the line now.")
    again = reopen(state)
    return [*again, InteractionTaken(actor.name)] if again else take(state, actor)


def finish(
    state: Interaction, actor: str, disposition: str, dispositions: Collection[str]
) -> list[InteractionEvent]:
    """End the wrap-up of a call; finishing what is closed changes nothing.

    Raises:
        RuleError: no such disposition, somebody else has it, or the caller is on the
            line.
    """
    now = state.lifecycle
    if now.state != "closed":
        if now.agent not in {"", actor}:
            raise RuleError(
                "{agent} has this call; only they finish it.", agent=now.agent
            )
        if on_the_line(now):
            raise RuleError("The caller is on the line. Finish when the call is over.")
    return close(state, disposition, dispositions)
