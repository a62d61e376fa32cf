"""Files that travel with messages: where their bytes are."""

from collections.abc import AsyncGenerator
from typing import Protocol

from events.touchpoint import Attachment


class Blobs(Protocol):
    """The blob store: encrypted, durable before `put` returns."""

    async def put(
        self, data: bytes, *, owner: str, name: str, media_type: str
    ) -> Attachment:
        """Store bytes; the same ones of the same owner are one blob."""
        ...

    def read(self, attachment: Attachment) -> AsyncGenerator[bytes]:
        """The bytes again, chunk by chunk.

        Raises:
            FileNotFoundError: no such blob (it may have been erased).
            UnreadableFileError: it was changed or cut off.
        """
        ...

    async def remove(self, attachment: Attachment) -> None:
        """Forget the bytes; what is gone already stays gone."""
        ...


class UnreadableFileError(Exception):
    """The stored bytes are not those that were put."""
