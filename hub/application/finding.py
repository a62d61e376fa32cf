"""Suggest merges by what customers mention in their texts.

This runs behind intake, by the workflow agent's watermark: looking through a text for
telephone numbers takes longer than taking it in, and nobody waits for the suggestion.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import structlog

from events import codec, wire
from events.catalog import EVENTS
from events.customer import TouchpointRecorded
from events.envelope import Recorded, Stored
from events.personal import PersonalContent, PersonalIdentifier
from events.sealing import UnreadableError
from events.touchpoint import Identifier
from hub.domain.finding import mentioned, of_others
from hub.domain.identity import suggest
from hub.domain.known import Known, Wanted
from hub.domain.recording import Cause, Recorder, Rules
from hub.domain.writes import Writes
from hub.runtime.clock import Clock

log = structlog.get_logger("touchline.workflows")

TRIGGER: Final = EVENTS[TouchpointRecorded].type_name
NAME: Final = "found-in-text"
"""Under which it is activated, as workflows are, and who its events are by."""

FOUND: Final = "text"


class FindingUnit(Protocol):
    """What of the workflow agent's transaction is needed."""

    def lock_store(self) -> None:
        """Take the store's lock, so that versions read next stay true."""
        ...

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        ...

    def customers(self, customers: Sequence[UUID]) -> dict[UUID, int]:
        """Versions of customers' streams."""
        ...

    def write(self, writes: Writes) -> None:
        """Append the events."""
        ...


class Mention(NamedTuple):
    """What the sender of a contact wrote of others."""

    recorded: Recorded
    sender: Identifier
    others: Sequence[Identifier]


@dataclass(frozen=True, slots=True)
class Finding:
    """The use case; numbers without a country code are read in `region`."""

    rules: Rules
    clock: Clock
    region: str

    def mentions(self, records: Sequence[Stored]) -> list[Mention]:
        """What contacts of customers mention; most often nothing."""
        contacts = [one for stored in records for one in _contact(stored)]
        if not contacts:
            return []
        # One read of all their keys; each of them is at hand afterwards.
        self.rules.sealer.ring([event.interaction_id for _, event in contacts])
        return [one for contact in contacts for one in self._mentions(*contact)]

    def _mentions(
        self, recorded: Recorded, event: TouchpointRecorded
    ) -> Iterator[Mention]:
        try:
            content: PersonalContent | None = self.rules.sealer.unseal(
                event.personal, recorded.event_id
            )
        except (UnreadableError, codec.UndecodableError) as error:
            log.warning("text_not_looked_through", error=type(error).__name__)
            return
        if content is None or content.sender is None:
            return
        found = list(mentioned(content.text, self.region))
        if others := of_others(found, self.rules):
            yield Mention(recorded, content.sender, others)

    def suggest(self, unit: FindingUnit, mentions: Sequence[Mention]) -> None:
        """Say whom the senders may be one with, unless it was said before."""
        unit.lock_store()
        known = unit.known(self._wanted(mentions))
        customers = [m.recorded.stream for m in mentions]
        known.customers |= unit.customers(customers)
        known.keys = self.rules.sealer.ring(customers)
        recorder = Recorder(self.rules, known)
        for mention in mentions:
            for identifier in mention.others:
                self._suggest(recorder, mention, identifier)
        if recorder.writes.events:
            unit.write(recorder.writes)

    def _wanted(self, mentions: Sequence[Mention]) -> Wanted:
        digests, wanted = self.rules.digests, Wanted()
        for mention in mentions:
            for one in mention.others:
                wanted.identifiers.add((one.kind, digests.identifier(one)))
                wanted.evidence.add(digests.evidence(mention.sender, one, FOUND))
        return wanted

    def _suggest(
        self, recorder: Recorder, mention: Mention, identifier: Identifier
    ) -> None:
        customer = mention.recorded.stream
        owner = recorder.owner(identifier)
        if owner is None or recorder.known.is_same(owner, customer):
            return
        why = self.rules.digests.evidence(mention.sender, identifier, FOUND)
        because = "maybe", why, PersonalIdentifier(identifier)
        suggest(recorder, (customer, owner), because, self._cause(mention.recorded))

    def _cause(self, recorded: Recorded) -> Cause:
        return Cause(
            id=getattr(recorded.event, "touchpoint_id", recorded.event_id),
            correlation=recorded.correlation,
            actor=f"workflow:{NAME}",
            at=self.clock.now(),
        )


def _contact(stored: Stored) -> Iterator[tuple[Recorded, TouchpointRecorded]]:
    try:
        recorded = wire.decode(stored)
    except codec.UndecodableError as error:
        log.warning("text_not_looked_through", error=type(error).__name__)
        return
    event = recorded.event
    if isinstance(event, TouchpointRecorded) and event.direction == "in":
        yield recorded, event
