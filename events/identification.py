"""Events about who may be whom, all on a customer's stream.

None of them moves anything: a suggestion waits for a person, and what several people
use identifies nobody.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MergeSuggested:
    """The customer may be the same as `other`; a person has to say.

    `level` is `known` (the customer stated an identifier of the other's as their own)
    or `maybe` (it was found in a text). `suggestion_id` is that of the pair, whichever
    of the two it is about. `personal` seals a `PersonalIdentifier`: the evidence, which
    was in `touchpoint_id`.
    """

    suggestion_id: UUID
    other: UUID
    level: str
    touchpoint_id: UUID
    personal: bytes


@dataclass(frozen=True, slots=True)
class SuggestionDeclined:
    """They are not the same, as far as the evidence goes that there was."""

    suggestion_id: UUID
    other: UUID


@dataclass(frozen=True, slots=True)
class IdentifierShared:
    """Several people use an identifier of the customer's: it identifies nobody now.

    `personal` seals a `PersonalIdentifier`.
    """

    kind: str
    personal: bytes


@dataclass(frozen=True, slots=True)
class IdentifierUnshared:
    """It is the customer's alone again; `personal` as above."""

    kind: str
    personal: bytes


@dataclass(frozen=True, slots=True)
class SharedIdentifierUsed:
    """The customer used what several people use, and `owner` claimed once.

    `personal` seals a `PersonalIdentifier`.
    """

    owner: UUID
    kind: str
    personal: bytes


IdentificationEvent = (
    MergeSuggested
    | SuggestionDeclined
    | IdentifierShared
    | IdentifierUnshared
    | SharedIdentifierUsed
)
