"""Agents' commands on an interaction: `decide(command, state) -> events`. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events.calls import call_state
from events.envelope import Recorded
from events.interaction import (
    CallSignalled,
    FollowUpCancelled,
    FollowUpSet,
    InteractionClosed,
    InteractionEvent,
    InteractionOpened,
    InteractionReopened,
    InteractionTaken,
    NoteAdded,
    TouchpointAttached,
)
from events.labels import Labels, label
from events.lifecycle import Lifecycle, advance
from hub.domain import written
from hub.domain.known import InteractionHead
from hub.domain.refusing import Refusal
from hub.domain.ties import Ties, tie
from hub.domain.written import Written

FARTHEST: Final = timedelta(days=2 * 365)
"""How far away the date of a follow-up may be."""


class RuleError(Refusal):
    """The rules forbid it now; the text is for people."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction's state, folded from its stream.

    `customer` is whose history holds what is said in it. `notes` are the ids of its
    notes, `begun` is the event by which we wrote or called first, `written` what we
    wrote, `call` the id of its call.
    """

    id: UUID
    version: int = 0
    number: int = 0
    customer: UUID | None = None
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    labels: Labels = field(default_factory=Labels)
    notes: frozenset[UUID] = frozenset()
    written: Written = field(default_factory=Written)
    call: UUID | None = None
    ties: Ties = field(default_factory=Ties)
    begun: Recorded | None = None

    @property
    def head(self) -> InteractionHead:
        """Where its stream stands.

        Raises:
            LookupError: the stream has no opening event.
        """
        if self.customer is None:
            raise LookupError("not opened")
        return InteractionHead(
            self.id, self.version, self.number, self.customer, self.lifecycle
        )

    @property
    def answerable(self) -> Recorded | None:
        """The event whose sealed address a reply goes to."""
        return self.ties.held[-1] if self.ties.held else self.begun

    @property
    def channel(self) -> str:
        """The channel that the customer used last, or that we began with."""
        last = self.answerable.event if self.answerable else None
        if isinstance(last, InteractionOpened | TouchpointAttached):
            return last.channel
        return ""


def evolve(state: Interaction, recorded: Recorded) -> Interaction:
    """The state after one event of its stream."""
    event = recorded.event
    lifecycle = advance(state.lifecycle, event, recorded.occurred_at)
    after = replace(
        state,
        version=recorded.version,
        lifecycle=lifecycle,
        labels=label(state.labels, event),
        ties=tie(state.ties, recorded, state.lifecycle, lifecycle),
        written=written.evolve(state.written, recorded),
    )
    if isinstance(event, InteractionOpened):
        begun = recorded if event.direction == "out" else None
        return replace(
            after, number=event.number, customer=event.customer_id, begun=begun
        )
    if isinstance(event, NoteAdded):
        return replace(after, notes=after.notes | {event.note_id})
    if isinstance(event, CallSignalled):
        return replace(after, call=event.call)
    return after


def fold(stream: UUID, history: Iterable[Recorded]) -> Interaction:
    """The state after a whole stream."""
    state = Interaction(stream)
    for recorded in history:
        state = evolve(state, recorded)
    return state


def workable(state: Interaction) -> Lifecycle:
    """The lifecycle of open work.

    Raises:
        RuleError: it is closed.
    """
    if state.lifecycle.state == "closed":
        raise RuleError("This interaction is closed. Reopen it first.")
    return state.lifecycle


def take(state: Interaction, actor: str) -> list[InteractionEvent]:
    """Handle it; taking what one has already changes nothing, but ends a follow-up.

    Raises:
        RuleError: somebody else has it, or it is closed.
    """
    now = workable(state)
    if now.agent == actor:
        return resume(state)
    if now.agent:
        raise RuleError(
            "{agent} has this interaction. Ask them to put it back.", agent=now.agent
        )
    return [InteractionTaken(actor)]


def close(
    state: Interaction, disposition: str, dispositions: Collection[str]
) -> list[InteractionEvent]:
    """End the work, whoever has it; closing what is closed changes nothing.

    Raises:
        RuleError: no such disposition.
    """
    if disposition not in dispositions:
        known = ", ".join(dispositions)
        raise RuleError(
            "{disposition!r} is no disposition. Use one of: {known}.",
            disposition=disposition,
            known=known,
        )
    if state.lifecycle.state == "closed":
        return []
    return [InteractionClosed(disposition)]


def reopen(state: Interaction) -> list[InteractionEvent]:
    """Go on with closed work; what is open stays open.

    Raises:
        RuleError: it is a part of another interaction.
    """
    if state.lifecycle.merged_into is not None:
        raise RuleError("This is a part of another interaction. Undo the merge first.")
    if state.lifecycle.state != "closed":
        return []
    return [InteractionReopened("agent")]


def follow_up(
    state: Interaction, actor: str, due_at: datetime, now: datetime
) -> list[InteractionEvent]:
    """Set it aside until a date; another date replaces the one that it has.

    Whose work it was it will be again; what nobody has returns to its queue.

    Raises:
        RuleError: the date is past or too far, somebody else has it, it is closed, or
            the customer is on the line.
    """
    lifecycle = workable(state)
    if lifecycle.agent not in {"", actor}:
        raise RuleError(
            "{agent} has this interaction; only they defer it.", agent=lifecycle.agent
        )
    if not now < due_at <= now + FARTHEST:
        raise RuleError("Choose a date in the future, two years from now at most.")
    if on_the_line(lifecycle):
        raise RuleError("The customer is on the line. Defer it when the call is over.")
    if lifecycle.follow_up_at == due_at:
        return []
    return [FollowUpSet(due_at)]


def on_the_line(lifecycle: Lifecycle) -> bool:
    """Whether a call of it goes on."""
    if not lifecycle.signals:
        return False
    return call_state(lifecycle.signals).ended_at is None


def resume(state: Interaction) -> list[InteractionEvent]:
    """Go on before the date; what is not set aside stays as it is."""
    due_at = state.lifecycle.follow_up_at
    return [] if due_at is None else [FollowUpCancelled(due_at)]
