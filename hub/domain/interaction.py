"""Agents' commands on an interaction: `decide(command, state) -> events`. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from events.envelope import Recorded
from events.interaction import (
    InteractionClosed,
    InteractionEvent,
    InteractionOpened,
    InteractionPutBack,
    InteractionReopened,
    InteractionTaken,
    TouchpointAttached,
)
from events.lifecycle import Lifecycle, advance

DISPOSITIONS: Final = ("solved", "answered", "no_reply_needed", "duplicate", "spam")
"""How work can end by an agent's word; `abandoned` comes from the phone alone."""


class RuleError(Exception):
    """The rules forbid it now; the text is for people."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction's state, folded from its stream.

    `answerable` is the event whose sealed address a reply goes to; `channel` the one
    that the customer used last.
    """

    id: UUID
    version: int = 0
    number: int = 0
    customer: UUID | None = None
    channel: str = ""
    answerable: Recorded | None = None
    lifecycle: Lifecycle = field(default_factory=Lifecycle)


def evolve(state: Interaction, recorded: Recorded) -> Interaction:
    """The state after one event of its stream."""
    event = recorded.event
    after = replace(
        state,
        version=recorded.version,
        lifecycle=advance(state.lifecycle, event, recorded.occurred_at),
    )
    if isinstance(event, InteractionOpened):
        after = replace(after, number=event.number, customer=event.customer_id)
    if isinstance(event, InteractionOpened | TouchpointAttached):
        return _answerable(after, recorded, event)
    return after


def _answerable(
    state: Interaction,
    recorded: Recorded,
    event: InteractionOpened | TouchpointAttached,
) -> Interaction:
    if event.direction != "in":
        return state
    return replace(state, channel=event.channel, answerable=recorded)


def fold(stream: UUID, history: Iterable[Recorded]) -> Interaction:
    """The state after a whole stream."""
    state = Interaction(stream)
    for recorded in history:
        state = evolve(state, recorded)
    return state


def take(state: Interaction, actor: str) -> list[InteractionEvent]:
    """Handle it; taking what one has already changes nothing.

    Raises:
        RuleError: somebody else has it, or it is closed.
    """
    now = state.lifecycle
    if now.state == "closed":
        raise RuleError("This interaction is closed. Reopen it first.")
    if now.agent == actor:
        return []
    if now.agent:
        raise RuleError(f"{now.agent} has this interaction. Ask them to put it back.")
    return [InteractionTaken(actor)]


def put_back(state: Interaction, actor: str) -> list[InteractionEvent]:
    """Let it wait again; what waits already stays.

    Raises:
        RuleError: somebody else has it, or it is closed.
    """
    now = state.lifecycle
    if now.state == "closed":
        raise RuleError("This interaction is closed. Reopen it first.")
    if now.state == "waiting":
        return []
    if now.agent not in {"", actor}:
        raise RuleError(f"{now.agent} has this interaction; only they put it back.")
    return [InteractionPutBack(actor)]


def close(state: Interaction, disposition: str) -> list[InteractionEvent]:
    """End the work; closing what is closed changes nothing.

    Raises:
        RuleError: no such disposition.
    """
    if disposition not in DISPOSITIONS:
        known = ", ".join(DISPOSITIONS)
        raise RuleError(f"{disposition!r} is no disposition. Use one of: {known}.")
    if state.lifecycle.state == "closed":
        return []
    return [InteractionClosed(disposition)]


def reopen(state: Interaction) -> list[InteractionEvent]:
    """Go on with closed work; what is open stays open."""
    if state.lifecycle.state != "closed":
        return []
    return [InteractionReopened("agent")]
