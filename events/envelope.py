"""What surrounds every event, in the store's columns and in Kafka's headers.

Named tuples: millions are made, and a frozen dataclass takes twice the time.
"""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from events.configuration import ConfigurationEvent
from events.customer import CustomerEvent
from events.interaction import InteractionEvent
from events.person import PersonEvent

CONNECTOR: Final = "connector:"
"""How the name of an actor begins that is a connector."""

Event = CustomerEvent | InteractionEvent | ConfigurationEvent | PersonEvent


class Pending(NamedTuple):
    """An event that was decided and is not stored yet.

    `version` is its place in the stream, from 1; `actor` is a user name, a connector
    `connector:<name>`, a workflow `workflow:<name>`, the command line `cli:<login>` or
    whoever vouches for people, `oidc`; `causation` is the touchpoint
    or event that led to it, `correlation` the first of that chain.
    """

    event_id: UUID
    stream: UUID
    version: int
    event: Event
    occurred_at: datetime
    actor: str
    correlation: UUID
    causation: UUID


class Recorded(NamedTuple):
    """An event as the store holds it.

    `position` orders all events; `previous` is the position before it in the same
    slice (0 for the first); `occurred_at` is when it happened out there, and
    `recorded_at` when the store took it, both aware and UTC.
    """

    event_id: UUID
    stream: UUID
    version: int
    position: int
    previous: int
    slice: int
    event: Event
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation: UUID
    causation: UUID


class Stored(NamedTuple):
    """A stored event before its body is decoded; fields as in `Recorded`."""

    event_id: UUID
    stream: UUID
    version: int
    position: int
    previous: int
    slice: int
    type_name: str
    body: bytes
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation: UUID
    causation: UUID


class Passed(NamedTuple):
    """An event that its reader does not want: only its place and its type."""

    position: int
    previous: int
    slice: int
    type_name: str
