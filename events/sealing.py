"""Sealing of personal records: the stored form says by itself how it opens.

Format 0 is plain: the schema id of the personal record (four bytes, big-endian) and its
Avro body after the format byte. Format 1 is `0x01`, the id of the data key (16 bytes),
a nonce (12 bytes) and those bytes of format 0 under AES-256-GCM with its tag of 16
bytes (NIST SP 800-38D, section 5.2.1.2). Each event has a key of its own,
the keyed BLAKE2b hash (RFC 7693, section 2.9) of its event id under the data key:
deriving keys takes a pseudorandom function (NIST SP 800-108r1, section 4). Key id and
event id are additional data.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events import codec
from events.personal import Personal

PLAIN: Final = b"\x00"
SEALED: Final = b"\x01"
KEY_ID_BYTES: Final = 16
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
_NONCE: Final = 17
_CIPHERTEXT: Final = _NONCE + NONCE_BYTES
_SHORTEST: Final = _CIPHERTEXT + 16


class UnreadableError(ValueError):
    """The sealed field is damaged, or has a format that this release cannot open."""


class DataKey(NamedTuple):
    """What seals the events of one scope; `secret` has 32 bytes."""

    id: UUID
    secret: bytes


class WrappedKey(NamedTuple):
    """A data key as it is stored, wrapped under the master key of an id."""

    id: UUID
    wrapped: bytes
    master: str


@dataclass(slots=True)
class Keyring:
    """The data keys of one unit of work, by scope: an interaction or a customer.

    `read` are those that were stored when it began; where it is `whole`, a scope
    without one has none yet. `master` is the id of the master key that wraps new ones.
    `taken` sealed something: `made` are those of them that are to be stored with that,
    and all others must still be stored then.
    """

    read: dict[UUID, WrappedKey] = field(default_factory=dict)
    master: str = ""
    whole: bool = False
    taken: dict[UUID, DataKey] = field(default_factory=dict)
    made: dict[UUID, WrappedKey] = field(default_factory=dict)

    @property
    def old(self) -> set[UUID]:
        """The ids of those taken that were stored before."""
        return {k.id for scope, k in self.taken.items() if scope not in self.made}


class Unsealer(Protocol):
    """Opens personal records."""

    def unseal(self, sealed: bytes, event_id: UUID) -> Any:
        """The personal record, or None where it was redacted.

        Raises:
            UnreadableError: unknown format, damaged, or of another event.
        """
        ...


class Sealer(Unsealer, Protocol):
    """Seals the personal record of one event, and opens it."""

    def ring(self, scopes: Collection[UUID]) -> Keyring:
        """The keys of all scopes that there are already, read at once."""
        ...

    def look_up(self, sealed: Collection[tuple[bytes, UUID]]) -> None:
        """Read the keys of events at once, so that opening them next reads none.

        They are given by the id of the data key (16 bytes), and the event's.
        """
        ...

    def seal(
        self, personal: Personal, event_id: UUID, scope: UUID, ring: Keyring, /
    ) -> bytes:
        """The stored form; `ring` notes which key it took."""
        ...


class PlainSealer:
    """Format 0 alone: readable; the Confluent prefix's byte 0 is the format byte."""

    def ring(self, scopes: Collection[UUID]) -> Keyring:  # noqa: ARG002
        """No keys."""
        return Keyring()

    def look_up(self, sealed: Collection[tuple[bytes, UUID]]) -> None:
        """There is nothing to read."""

    def seal(self, personal: Personal, event_id: UUID, *_where: object) -> bytes:  # noqa: ARG002
        """Encode without encryption."""
        return plain(personal)

    def unseal(self, sealed: bytes, event_id: UUID) -> Any:
        """Decode; what needs a key reads as redacted.

        Raises:
            UnreadableError: the format is none.
        """
        return unseal(sealed, event_id, _no_key)

    async def unsealer(self, *_where: object) -> Unsealer:
        """Itself: there is no key to read."""
        return self


def plain(personal: Personal) -> bytes:
    """Format 0: for what is no customer's, such as names of people who work here."""
    return codec.encode_wire(personal)


def subkey(secret: bytes, event_id: UUID) -> bytes:
    """The key of one event."""
    return blake2b(event_id.bytes, key=secret, digest_size=KEY_BYTES).digest()


def seal(personal: Personal, event_id: UUID, key: DataKey, nonce: bytes) -> bytes:
    """Format 1; `nonce` are 12 random bytes."""
    id_ = key.id.bytes
    cipher = AESGCM(subkey(key.secret, event_id))
    bound = id_ + event_id.bytes
    ciphertext = cipher.encrypt(nonce, codec.encode_wire(personal), bound)
    return b"".join((SEALED, id_, nonce, ciphertext))


def key_id(sealed: bytes) -> bytes:
    """The id of the data key that it needs, as 16 bytes; empty if it needs none."""
    return sealed[1:_NONCE] if sealed[:1] == SEALED else b""


FindKey = Callable[[bytes, UUID], bytes | None]
"""Finds the key of an event by the id of the data key and its own; None: deleted."""


def unseal(sealed: bytes, event_id: UUID, find: FindKey) -> Any:
    """The personal record in either format; None where it is empty or its key is gone.

    Raises:
        UnreadableError: unknown format, damaged, or of another event.
    """
    if not sealed:
        return None
    if sealed[:1] == PLAIN:
        return codec.decode_wire(sealed)
    if sealed[:1] != SEALED or len(sealed) < _SHORTEST:
        message = f"this release cannot open format {sealed[0]} of {len(sealed)} bytes"
        raise UnreadableError(message)
    id_ = key_id(sealed)
    key = find(id_, event_id)
    return None if key is None else _decrypted(sealed, key, id_ + event_id.bytes)


def _decrypted(sealed: bytes, key: bytes, bound: bytes) -> Any:
    nonce, ciphertext = sealed[_NONCE:_CIPHERTEXT], sealed[_CIPHERTEXT:]
    try:
        found = AESGCM(key).decrypt(nonce, ciphertext, bound)
    except InvalidTag as error:
        raise UnreadableError("damaged, or sealed for another event") from error
    return codec.decode_wire(found)


def _no_key(_id: bytes, _event_id: UUID) -> None:
    return None
