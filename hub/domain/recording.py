"""Record touchpoints: who, which interaction, which events. Pure.

Ids of everything that a touchpoint creates derive from its own id, so that deciding
the same touchpoint twice yields the same events.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from events import customer as on_customer
from events import ids
from events import interaction as on_interaction
from events.catalog import EVENTS
from events.envelope import CONNECTOR, Event, Pending
from events.lifecycle import Lifecycle, advance
from events.personal import Personal
from events.sealing import Sealer
from events.touchpoint import Identifier, Touchpoint
from hub.domain.digests import BatchDigests, Digests
from hub.domain.in_force import Configured
from hub.domain.known import (
    IdentifierKey,
    InteractionHead,
    Known,
    Link,
    Place,
    Suggested,
)
from hub.domain.routing import Routing
from hub.domain.writes import Writes

OUTBOUND_STATES: Final = frozenset(
    {"sent", "delivered", "failed", "bounced", "uncertain"}
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What deciding depends on beside the data.

    `text_numbers` are our numbers that can send text messages (E.164); the first one
    does where the customer used none of them. `text_limit` is the longest text message
    in characters. `mail_addresses` are ours that mail is sent from.
    Mail addresses with a local part of `shared_parts` are used by several people. A
    call is lost when nothing was heard of it for `call_lost_after`.
    """

    digests: Digests
    configured: Configured
    sealer: Sealer
    text_numbers: tuple[str, ...] = ()
    text_limit: int = 1600
    mail_addresses: tuple[str, ...] = ()
    shared_parts: frozenset[str] = frozenset()
    call_lost_after: timedelta = timedelta(hours=4)

    @property
    def routing(self) -> Routing:
        """Which queue an address, number or form leads to now."""
        return self.configured.now.routing

    def ours(self, channel: str) -> tuple[str, ...]:
        """Our addresses or numbers that a channel can be written from."""
        return self.text_numbers if channel == "sms" else self.mail_addresses

    def for_batch(self) -> "Rules":
        """The same rules, for one batch: of one mind, and digests are computed once."""
        return replace(
            self,
            digests=BatchDigests(self.digests.key, self.digests.sameness),
            configured=Configured(self.configured.now),
        )


class Cause(NamedTuple):
    """Who and what leads to events, and when it happened."""

    id: UUID
    correlation: UUID
    actor: str
    at: datetime


@dataclass(slots=True)
class Recorder:
    """Appends decided events to `writes` and keeps `known` in step with them."""

    rules: Rules
    known: Known
    writes: Writes = field(default_factory=Writes)

    def __post_init__(self) -> None:
        self.writes.keys = self.known.keys

    def on_customer(
        self, customer: UUID, event: on_customer.CustomerEvent, cause: Cause, id_: UUID
    ) -> None:
        """Append to a customer's stream."""
        version = self.known.customers.get(customer, 0) + 1
        self.known.customers[customer] = self.writes.customers[customer] = version
        self._append(Placed(id_, customer, version), event, cause)

    def on_interaction(
        self,
        head: InteractionHead,
        event: on_interaction.InteractionEvent,
        cause: Cause,
        id_: UUID,
    ) -> InteractionHead:
        """Append to an interaction's stream; answer its new head."""
        after = head._replace(
            version=head.version + 1,
            lifecycle=advance(head.lifecycle, event, cause.at),
        )
        self.known.interactions[head.interaction] = after
        self.writes.interactions[head.interaction] = after
        self._append(Placed(id_, head.interaction, after.version), event, cause)
        return after

    def _append(self, placed: "Placed", event: Event, cause: Cause) -> None:
        self.writes.events.append(pending(placed, event, cause))

    def place(self, touchpoint: UUID, place: Place) -> None:
        """Index where a touchpoint belongs."""
        self.known.places[touchpoint] = self.writes.places[touchpoint] = place

    def hand_over(self, touchpoint: UUID, interaction: UUID) -> None:
        """Index that a touchpoint belongs to another interaction now."""
        self.writes.moved[touchpoint] = interaction

    def claim(self, identifier: Identifier, customer: UUID) -> None:
        """Index an identifier as the customer's."""
        key = self._key(identifier)
        self.known.identifiers[key] = self.writes.identifiers[key] = customer

    def link(self, customer: UUID, link: Link | None) -> None:
        """Index what a customer is a part of from now on, or that it is of nothing."""
        self.writes.links[customer] = link

    def share(self, identifier: Identifier, customer: UUID, *, shared: bool) -> None:
        """Index whether several people use a customer's identifier."""
        key = self._key(identifier)
        self.writes.shared[key] = shared
        here, there = self.known.shared, self.known.identifiers
        into, out_of = (here, there) if shared else (there, here)
        out_of.pop(key, None)
        into[key] = customer

    def shared_by(self, identifier: Identifier) -> UUID | None:
        """Who claimed an identifier that several people use; None of any other."""
        return self.known.shared.get(self._key(identifier))

    def is_news(self, evidence: bytes, suggested: Suggested) -> bool:
        """Index evidence; whether it was not there yet."""
        if evidence in self.known.evidence:
            return False
        self.known.evidence.add(evidence)
        self.writes.evidence[evidence] = suggested
        return True

    def mark(self, key: IdentifierKey, mark: UUID | None) -> None:
        """Index that what comes from an identifier is spam, or is not any more."""
        self.writes.marks[key] = mark

    def is_marked(self, identifier: Identifier | None) -> bool:
        """Whether what comes from there is spam."""
        return identifier is not None and self._key(identifier) in self.known.marked

    def _key(self, identifier: Identifier) -> IdentifierKey:
        return identifier.kind, self.rules.digests.identifier(identifier)

    def thread(self, scope: bytes, digest: bytes, touchpoint: UUID) -> None:
        """Claim a thread key unless somebody has it."""
        key = (scope, digest)
        if key not in self.known.threads:
            self.known.threads[key] = self.writes.threads[key] = touchpoint

    def owner(self, identifier: Identifier) -> UUID | None:
        """The customer who claimed an identifier and uses it alone."""
        return self.known.identifiers.get(self._key(identifier))

    def seal(self, personal: Personal, event_id: UUID, scope: UUID) -> bytes:
        """The personal record as it is stored in the event.

        `scope` is the interaction that the event is about, or the customer for what is
        their profile's.
        """
        return self.rules.sealer.seal(personal, event_id, scope, self.known.keys)


class Placed(NamedTuple):
    """An event's id and its place in a stream."""

    event_id: UUID
    stream: UUID
    version: int


def pending(placed: Placed, event: Event, cause: Cause) -> Pending:
    """An event in its envelope, to be stored."""
    return Pending(
        event_id=placed.event_id,
        stream=placed.stream,
        version=placed.version,
        event=event,
        occurred_at=cause.at,
        actor=cause.actor,
        correlation=cause.correlation,
        causation=cause.id,
    )


def event_id(cause: UUID, stream: UUID, cls: type, extra: str = "") -> UUID:
    """The deterministic id of an event of class `cls` that `cause` leads to."""
    return ids.derived(cause, f"{stream.hex}/{EVENTS[cls].type_name}/{extra}")


def cause_of(touchpoint: Touchpoint) -> Cause:
    """A touchpoint as the cause of its events."""
    return Cause(
        id=touchpoint.touchpoint_id,
        correlation=touchpoint.touchpoint_id,
        actor=f"{CONNECTOR}{touchpoint.connector}",
        at=touchpoint.occurred_at,
    )


def new_head(interaction: UUID, customer: UUID) -> InteractionHead:
    """The head of an interaction that is about to open."""
    return InteractionHead(interaction, 0, 0, customer, Lifecycle())


def stated(touchpoint: Touchpoint) -> Iterable[Identifier]:
    """The sender's identifiers, the one that was used first."""
    if touchpoint.sender is not None:
        yield touchpoint.sender
    yield from touchpoint.identifiers
