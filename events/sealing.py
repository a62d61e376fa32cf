"""Sealing of personal records: the stored form never changes when keys arrive.

Stored form: a format byte; for format 0 (plain) the schema id of the personal record
(four bytes, big-endian) and its Avro body. Format 1 is reserved for AES-256-GCM.
"""

from typing import Any, Final, Protocol
from uuid import UUID

from events import codec
from events.personal import Personal

PLAIN: Final = b"\x00"


class UnreadableError(ValueError):
    """The sealed field has a format that this release cannot open."""


class Sealer(Protocol):
    """Seals and opens the personal record of one event."""

    def seal(self, personal: Personal, event_id: UUID) -> bytes:
        """The stored form; `event_id` binds it to its event."""
        ...

    def unseal(self, sealed: bytes, event_id: UUID) -> Any:
        """The personal record, or None where it was redacted.

        Raises:
            UnreadableError: unknown format.
        """
        ...


class PlainSealer:
    """Format 0: readable; the Confluent prefix's byte 0 doubles as format byte."""

    def seal(self, personal: Personal, event_id: UUID) -> bytes:  # noqa: ARG002
        """Encode without encryption."""
        return codec.encode_wire(personal)

    def unseal(self, sealed: bytes, event_id: UUID) -> Any:  # noqa: ARG002
        """Decode; an empty field reads as redacted.

        Raises:
            UnreadableError: the format byte is not 0.
        """
        if not sealed:
            return None
        if sealed[:1] != PLAIN:
            message = f"sealed with format {sealed[0]}, which needs a key"
            raise UnreadableError(message)
        return codec.decode_wire(sealed)
