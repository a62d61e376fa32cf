"""What a decision wants written, all in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

from events.envelope import Pending
from events.interaction import InteractionOpened
from events.sealing import Keyring
from events.touchpoint import Touchpoint, TouchpointRejected
from hub.domain.known import (
    IdentifierKey,
    InteractionHead,
    Link,
    Place,
    Suggested,
    ThreadKey,
)
from hub.domain.person import PersonRow


@dataclass(slots=True)
class Writes:
    """Events in order, and the index entries and heads that go with them.

    `threads` are new claims; `moving_threads` (an SMS pair) follow the newest message.
    `refused` are reasons by the item's place in the batch. `moved` are touchpoints that
    belong to another interaction from now on; `marks` are the marks of identifiers of
    senders, or None where one goes. `links` say what customers are parts of, or None
    where they are of nothing any more. `shared` says of identifiers whether several
    people use them; `evidence` are suggestions by the digest of why; `declined` are
    their ids. `keys` sealed the events.
    """

    events: list[Pending] = field(default_factory=list)
    identifiers: dict[IdentifierKey, UUID] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    threads: dict[ThreadKey, UUID] = field(default_factory=dict)
    moving_threads: dict[ThreadKey, UUID] = field(default_factory=dict)
    moved: dict[UUID, UUID] = field(default_factory=dict)
    marks: dict[IdentifierKey, UUID | None] = field(default_factory=dict)
    links: dict[UUID, Link | None] = field(default_factory=dict)
    shared: dict[IdentifierKey, bool] = field(default_factory=dict)
    evidence: dict[bytes, Suggested] = field(default_factory=dict)
    declined: set[UUID] = field(default_factory=set)
    customers: dict[UUID, int] = field(default_factory=dict)
    interactions: dict[UUID, InteractionHead] = field(default_factory=dict)
    people: dict[UUID, PersonRow] = field(default_factory=dict)
    keys: Keyring = field(default_factory=Keyring)
    raw: list[Touchpoint] = field(default_factory=list)
    rejected: list[TouchpointRejected] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    def openings(self) -> int:
        """How many interactions still need a number."""
        return sum(isinstance(e.event, InteractionOpened) for e in self.events)

    def number(self, numbers: Iterator[int]) -> None:
        """Give each new interaction its short human number."""
        for index, pending in enumerate(self.events):
            if isinstance(pending.event, InteractionOpened):
                event = replace(pending.event, number=next(numbers))
                self.events[index] = pending._replace(event=event)
                head = self.interactions[pending.stream]
                self.interactions[pending.stream] = head._replace(number=event.number)
