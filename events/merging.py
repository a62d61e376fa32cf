"""Events by which people say that two customers are one person, and take it back.

All are links: no contact and no identifier is moved. Each is stored with its
counterpart on the other customer's stream, so that of two such commands at once one
sees the other.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CustomerMerged:
    """It is a part of `into` from now on; `personal` seals a `PersonalNote`, why."""

    into: UUID
    merge_id: UUID
    personal: bytes = b""


@dataclass(frozen=True, slots=True)
class CustomerAbsorbed:
    """`other` is a part of it from now on; `personal` as above."""

    other: UUID
    merge_id: UUID
    personal: bytes = b""


@dataclass(frozen=True, slots=True)
class CustomerUnmerged:
    """The merge is undone, and so `other` says; `personal` as above, or empty."""

    other: UUID
    merge_id: UUID
    personal: bytes = b""


MergingEvent = CustomerMerged | CustomerAbsorbed | CustomerUnmerged
