"""Events on a customer's stream: who they are, and their one contact history."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CustomerOpened:
    """A customer is known from now on; `provisional` without any identifier."""

    provisional: bool


@dataclass(frozen=True, slots=True)
class IdentifierClaimed:
    """The customer owns an identifier; `personal` seals a `PersonalIdentifier`."""

    kind: str
    personal: bytes


@dataclass(frozen=True, slots=True)
class TouchpointRecorded:
    """A contact, in or out, entered the history; `personal`: `PersonalContent`."""

    touchpoint_id: UUID
    interaction_id: UUID
    channel: str
    direction: str
    connector: str
    automatic: str
    personal: bytes


CustomerEvent = CustomerOpened | IdentifierClaimed | TouchpointRecorded
