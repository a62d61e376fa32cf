"""Contacts get an interaction of their own, and come back. Pure.

Only the index says which interaction a touchpoint belongs to; histories stay.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.envelope import Recorded
from events.interaction import (
    InteractionClosed,
    InteractionOpened,
    TouchpointAttached,
)
from events.linking import InteractionAttributed, SplitUndone, TouchpointsSplitOff
from events.personal import PersonalAddress
from hub.domain.interaction import Interaction, RuleError
from hub.domain.known import InteractionHead
from hub.domain.linking import owner
from hub.domain.recording import Cause, Recorder, event_id, new_head
from hub.domain.undoing import TAKEN_BACK


def contact_of(recorded: Recorded) -> InteractionOpened | TouchpointAttached:
    """The event by which a contact came.

    Raises:
        TypeError: it is another event.
    """
    if isinstance(recorded.event, InteractionOpened | TouchpointAttached):
        return recorded.event
    raise TypeError(type(recorded.event).__name__)


def touchpoint_of(recorded: Recorded) -> UUID:
    """The id of the contact that came by an event."""
    return contact_of(recorded).touchpoint_id


def going(state: Interaction, chosen: Collection[UUID]) -> list[Recorded]:
    """The events of the contacts that get an interaction of their own, oldest first.

    Raises:
        RuleError: none is chosen or one is not here, nothing would stay, one is a call,
            or the interaction is a part of another.
    """
    if state.lifecycle.merged_into is not None:
        raise RuleError("This is a part of another interaction. Undo the merge first.")
    found = [one for one in state.ties.held if touchpoint_of(one) in chosen]
    if not found or len(found) < len(set(chosen)):
        raise RuleError("Choose messages from the customer that are here.")
    if len(found) == len(state.ties.held):
        raise RuleError("At least one message from the customer has to stay.")
    if any(contact_of(one).channel == "phone" for one in found):
        raise RuleError("A call cannot be split off.")
    return found


def coming(state: Interaction, part: Interaction) -> tuple[UUID, ...]:
    """The contacts that come back from what was split off; none where nothing was.

    Raises:
        RuleError: they went on from there.
    """
    went = state.ties.splits.get(part.id, ())
    held = set(map(touchpoint_of, part.ties.held))
    found = tuple(touchpoint for touchpoint in went if touchpoint in held)
    if went and not found:
        raise RuleError("The messages were split off once more. Undo that first.")
    return found


def _contact_at(contact: InteractionOpened | TouchpointAttached) -> datetime | None:
    return contact.contact_at if isinstance(contact, InteractionOpened) else None


@dataclass(frozen=True, slots=True)
class Cut:
    """Writes what a command that splits or brings back decided."""

    recorder: Recorder
    cause: Cause

    def off(
        self, state: Interaction, found: Sequence[Recorded], part: UUID, queue: str
    ) -> None:
        """Open `part` in a queue for contacts of an interaction."""
        first, *further = found
        head = self._open(first, part, queue, state.id)
        for one in further:
            head = self._attach(head, one)
        self._attribute(state, head)
        gone = tuple(map(touchpoint_of, found))
        id_ = event_id(self.cause.id, state.id, TouchpointsSplitOff)
        sealed = self._answer_to(state, state.ties.gone | {*gone}, id_)
        event = TouchpointsSplitOff(gone, part, sealed)
        self.recorder.on_interaction(state.head, event, self.cause, id_)
        self._place(gone, part)

    def back(
        self, state: Interaction, part: Interaction, found: tuple[UUID, ...]
    ) -> None:
        """Let contacts be in `state` again; what `part` has since stays there."""
        self._undone(state, part.id, found, state.ties.gone - {*found}, returned=True)
        left = part.ties.gone | {*found}
        head = self._undone(part, state.id, found, left, returned=False)
        empty = all(touchpoint_of(one) in found for one in part.ties.held)
        if empty and part.lifecycle.state != "closed":
            id_ = event_id(self.cause.id, part.id, InteractionClosed)
            event = InteractionClosed(TAKEN_BACK)
            self.recorder.on_interaction(head, event, self.cause, id_)
        self._place(found, state.id)

    def _undone(
        self,
        state: Interaction,
        other: UUID,
        found: tuple[UUID, ...],
        gone: Collection[UUID],
        *,
        returned: bool,
    ) -> InteractionHead:
        id_ = event_id(self.cause.id, state.id, SplitUndone)
        sealed = self._answer_to(state, gone, id_)
        event = SplitUndone(other, found, returned, sealed)
        return self.recorder.on_interaction(state.head, event, self.cause, id_)

    def _open(
        self, first: Recorded, part: UUID, queue: str, origin: UUID
    ) -> InteractionHead:
        """As if the contact had come there: at its own time, with its own address."""
        contact = contact_of(first)
        id_ = event_id(self.cause.id, part, InteractionOpened)
        opened = InteractionOpened(
            number=0,
            customer_id=contact.customer_id,
            touchpoint_id=contact.touchpoint_id,
            channel=contact.channel,
            direction=contact.direction,
            queue=queue,
            automatic=contact.automatic,
            linked_to=None,
            imported=False,
            personal=self._sealed(first, id_, part),
            split_from=origin,
            contact_at=_contact_at(contact),
        )
        head = new_head(part, contact.customer_id)
        return self.recorder.on_interaction(head, opened, self._when(first), id_)

    def _attach(self, head: InteractionHead, one: Recorded) -> InteractionHead:
        contact = contact_of(one)
        what = str(contact.touchpoint_id)
        id_ = event_id(self.cause.id, head.interaction, TouchpointAttached, what)
        attached = TouchpointAttached(
            touchpoint_id=contact.touchpoint_id,
            customer_id=contact.customer_id,
            channel=contact.channel,
            direction=contact.direction,
            automatic=contact.automatic,
            personal=self._sealed(one, id_, head.interaction),
        )
        return self.recorder.on_interaction(head, attached, self._when(one), id_)

    def _attribute(self, state: Interaction, head: InteractionHead) -> None:
        """What was split off something re-attributed belongs to the same customer."""
        whose = owner(state)
        if whose is None or whose in {state.customer, head.customer}:
            return
        id_ = event_id(self.cause.id, head.interaction, InteractionAttributed)
        event = InteractionAttributed(whose)
        self.recorder.on_interaction(head, event, self.cause, id_)

    def _when(self, one: Recorded) -> Cause:
        return self.cause._replace(at=one.occurred_at)

    def _answer_to(
        self, state: Interaction, gone: Collection[UUID], id_: UUID
    ) -> bytes:
        """The address of the latest contact that is left, sealed anew."""
        left = [one for one in state.ties.contacts if touchpoint_of(one) not in gone]
        return self._sealed(left[-1], id_, state.id) if left else b""

    def _sealed(self, one: Recorded, id_: UUID, scope: UUID) -> bytes:
        sealer = self.recorder.rules.sealer
        address: PersonalAddress | None
        address = sealer.unseal(contact_of(one).personal, one.event_id)
        return self.recorder.seal(address, id_, scope) if address else b""

    def _place(self, touchpoints: Collection[UUID], interaction: UUID) -> None:
        for touchpoint in touchpoints:
            self.recorder.hand_over(touchpoint, interaction)
