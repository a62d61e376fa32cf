"""Keyed digests under which indexes know identifiers and thread keys."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from events.touchpoint import Identifier

UNSCOPED: Final = b""
"""Scope of thread keys that outsiders cannot invent."""


@dataclass(frozen=True, slots=True)
class Digests:
    """HMAC-SHA-256 (RFC 2104) under the installation's key; digests have 32 bytes."""

    key: bytes

    def identifier(self, identifier: Identifier) -> bytes:
        """The digest of a normalised identifier; also the scope of its threads."""
        text = f"{identifier.kind}:{identifier.value}"
        return hmac.digest(self.key, text.encode(), "sha256")


def thread_digest(channel: str, key: str) -> bytes:
    """The digest of a thread key; scopes keep strangers' equal keys apart."""
    return sha256(f"{channel}:{key}".encode()).digest()
