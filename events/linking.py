"""Events by which people put interactions right, and each event's undoing.

All are links: no touchpoint, identifier or row of a history is moved or rewritten. What
concerns two interactions is an event on both of their streams, so that of two such
commands at once one sees the other.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """Where work stood, as `events.lifecycle` names it; times aware, UTC."""

    state: str
    agent: str
    waiting_since: datetime | None
    closed_at: datetime | None
    disposition: str
    follow_up_at: datetime | None
    for_group: str = ""


@dataclass(frozen=True, slots=True)
class CloseUndone:
    """It was not to be closed: it stands where it would stand without that."""

    back_to: Standing


@dataclass(frozen=True, slots=True)
class InteractionLinked:
    """It belongs together with `other`, and so `other` says."""

    other: UUID


@dataclass(frozen=True, slots=True)
class LinkUndone:
    """It does not belong together with `other`."""

    other: UUID


@dataclass(frozen=True, slots=True)
class InteractionMerged:
    """It is a part of `into` from now on, where its later contacts arrive."""

    into: UUID


@dataclass(frozen=True, slots=True)
class InteractionAbsorbed:
    """`other` is a part of it from now on."""

    other: UUID


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """They are two again; `back_to` is there on the one that had been a part."""

    other: UUID
    back_to: Standing | None


@dataclass(frozen=True, slots=True)
class TouchpointsSplitOff:
    """Contacts went to an interaction of their own, which opened for them.

    `personal` seals a `PersonalAddress`: whom an answer goes to from now on.
    """

    touchpoints: tuple[UUID, ...]
    into: UUID
    personal: bytes


@dataclass(frozen=True, slots=True)
class SplitUndone:
    """Contacts are back where they came from, and said so there and here.

    `returned` is true on the interaction that has them again. `personal` as above.
    """

    other: UUID
    touchpoints: tuple[UUID, ...]
    returned: bool
    personal: bytes


@dataclass(frozen=True, slots=True)
class InteractionAttributed:
    """It belongs to another customer from now on."""

    customer_id: UUID


@dataclass(frozen=True, slots=True)
class AttributionUndone:
    """It belongs to `customer_id` again, as it did before."""

    customer_id: UUID


LinkingEvent = (
    CloseUndone
    | InteractionLinked
    | LinkUndone
    | InteractionMerged
    | InteractionAbsorbed
    | MergeUndone
    | TouchpointsSplitOff
    | SplitUndone
    | InteractionAttributed
    | AttributionUndone
)
