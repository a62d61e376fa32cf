"""Unwrapped keys that are kept for a moment, in one process."""

import time
from typing import Final

SECONDS: Final = 60.0
"""After this long a key that was deleted opens nothing any more, anywhere."""
MOST: Final = 50_000


class KeyCache:
    """Keys by id; all are forgotten when the first is a minute old, or at 50,000.

    Never to be believed when something is sealed: only the store knows what is left.
    """

    def __init__(self) -> None:
        self._keys: dict[bytes, bytes] = {}
        self._ends = 0.0

    def get(self, id_: bytes) -> bytes | None:
        """The key, if it is known."""
        return self._fresh().get(id_)

    def put(self, id_: bytes, secret: bytes) -> None:
        """Keep a key."""
        self._fresh()[id_] = secret

    def _fresh(self) -> dict[bytes, bytes]:
        now = time.monotonic()
        if now > self._ends or len(self._keys) >= MOST:
            self._keys, self._ends = {}, now + SECONDS
        return self._keys
