"""Keyed digests under which indexes know identifiers and thread keys."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from typing_extensions import override

from events.sameness import USUAL, Sameness
from events.touchpoint import Identifier

UNSCOPED: Final = b""
"""Scope of thread keys that outsiders cannot invent."""


@dataclass(frozen=True, slots=True)
class Digests:
    """HMAC-SHA-256 (RFC 2104) under the installation's key; digests have 32 bytes.

    `sameness` says which forms of an identifier are one, and have one digest.
    """

    key: bytes
    sameness: Sameness = USUAL

    def identifier(self, identifier: Identifier) -> bytes:
        """The digest of an identifier; also the scope of its threads."""
        return hmac.digest(self.key, self.sameness.of(identifier).encode(), "sha256")

    def evidence(self, used: Identifier, other: Identifier, reason: str) -> bytes:
        """The digest of the fact that who used one identifier has to do with another.

        No identifier has it: there is no kind of this name.
        """
        text = b"\0".join(map(self.identifier, (used, other)))
        return hmac.digest(self.key, f"{reason}:".encode() + text, "sha256")


@dataclass(frozen=True, slots=True)
class BatchDigests(Digests):
    """Digests of one batch, each computed once: forgotten with it."""

    _known: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @override
    def identifier(self, identifier: Identifier) -> bytes:
        key = (identifier.kind, identifier.value)
        digest = self._known.get(key)
        if digest is None:
            # Not `super()`: a class with slots is another one than it was defined as.
            digest = self._known[key] = Digests.identifier(self, identifier)
        return digest


def thread_digest(channel: str, key: str) -> bytes:
    """The digest of a thread key; scopes keep strangers' equal keys apart."""
    return sha256(f"{channel}:{key}".encode()).digest()
