"""Events on a customer's stream: who they are, and their one contact history."""

from dataclasses import dataclass
from uuid import UUID

from events.identification import IdentificationEvent
from events.merging import MergingEvent


@dataclass(frozen=True, slots=True)
class CustomerOpened:
    """A customer is known from now on; `provisional` without any identifier.

    `personal` seals a `PersonalNote` with a name that somebody gave, or is empty.
    """

    provisional: bool
    personal: bytes = b""


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


@dataclass(frozen=True, slots=True)
class SenderMarked:
    """What comes from an identifier is spam; `personal` seals a `PersonalIdentifier`.

    `interaction_id` is the one that was found to be spam.
    """

    mark_id: UUID
    kind: str
    interaction_id: UUID
    personal: bytes


@dataclass(frozen=True, slots=True)
class SenderUnmarked:
    """The mark is gone: what comes from there is work again."""

    mark_id: UUID


CustomerEvent = (
    CustomerOpened
    | IdentifierClaimed
    | TouchpointRecorded
    | SenderMarked
    | SenderUnmarked
    | MergingEvent
    | IdentificationEvent
)
