"""What a batch is decided on: heads and index entries, read beforehand."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from events.lifecycle import Lifecycle
from events.sealing import Keyring

IdentifierKey = tuple[str, bytes]
ThreadKey = tuple[bytes, bytes]


class InteractionHead(NamedTuple):
    """Where an interaction's stream stands."""

    interaction: UUID
    version: int
    number: int
    customer: UUID
    lifecycle: Lifecycle


class Link(NamedTuple):
    """What a customer is a part of, by which merge, and who said so."""

    into: UUID
    merge: UUID
    by: str


class CustomerHead(NamedTuple):
    """Where a customer's stream stands; `root` is who all of the group belong to.

    A customer that is no part of another is its own root.
    """

    customer: UUID
    version: int
    root: UUID
    link: Link | None = None
    erased: bool = False


class Group(NamedTuple):
    """Customers who are one person, and the digests of all their identifiers."""

    members: frozenset[UUID]
    scopes: tuple[bytes, ...]


class Claim(NamedTuple):
    """Whose an identifier is, and its mark if what comes from it is spam.

    `shared`: several people use it.
    """

    customer: UUID
    mark: UUID | None
    shared: bool = False


class Suggested(NamedTuple):
    """A pair of customers who may be one; `open` until somebody declines."""

    id: UUID
    customer: UUID
    other: UUID
    open: bool = True


class Place(NamedTuple):
    """Where a touchpoint belongs: the only index that says so."""

    customer: UUID
    interaction: UUID


@dataclass(slots=True)
class Known:
    """Index entries and heads; deciding adds to it, so that a batch sees itself.

    `customers` maps a customer to its stream's version. `threads` maps a thread key to
    the touchpoint that holds it. `marked` are identifiers whose messages are spam,
    `shared` those that several people use, with who claimed them. `groups` has the
    group of each customer in `identifiers` who is in one. `evidence` are the digests of
    what was said about who may be whom. `keys` seal what is decided.
    """

    identifiers: dict[IdentifierKey, UUID] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    threads: dict[ThreadKey, UUID] = field(default_factory=dict)
    customers: dict[UUID, int] = field(default_factory=dict)
    interactions: dict[UUID, InteractionHead] = field(default_factory=dict)
    marked: set[IdentifierKey] = field(default_factory=set)
    keys: Keyring = field(default_factory=Keyring)
    shared: dict[IdentifierKey, UUID] = field(default_factory=dict)
    evidence: set[bytes] = field(default_factory=set)
    groups: dict[UUID, Group] = field(default_factory=dict)

    def is_same(self, owner: UUID, other: UUID) -> bool:
        """Whether the owner of an identifier and another customer are one person."""
        group = self.groups.get(owner)
        return owner == other or (group is not None and other in group.members)

    def scopes(self, identifier: IdentifierKey) -> tuple[bytes, ...]:
        """The identifier's digest first, then those of the same person."""
        owner, digest = self.identifiers.get(identifier), identifier[1]
        group = self.groups.get(owner) if owner else None
        return (digest, *(group.scopes if group else ()))

    def whole(self, interaction: UUID) -> InteractionHead | None:
        """Its head, or that of the interaction that it is a part of in the end."""
        head = self.interactions.get(interaction)
        while head is not None and head.lifecycle.merged_into is not None:
            head = self.interactions.get(head.lifecycle.merged_into)
        return head


@dataclass(slots=True)
class Wanted:
    """The keys to read before deciding.

    `owners`: the customers of the interactions that are read, too.
    """

    identifiers: set[IdentifierKey] = field(default_factory=set)
    touchpoints: set[UUID] = field(default_factory=set)
    threads: set[ThreadKey] = field(default_factory=set)
    evidence: set[bytes] = field(default_factory=set)
    owners: bool = False
