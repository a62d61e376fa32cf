"""What the hub gives a connector. Every method may block on I/O unless it says no."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Protocol

from events.touchpoint import Attachment, Touchpoint, TouchpointRejected


class Clock(Protocol):
    """The current time, passed in so that tests decide it."""

    def now(self) -> datetime:
        """Aware UTC time; never blocks."""
        ...


class Publisher(Protocol):
    """Puts touchpoints on the channel's Kafka topic."""

    async def publish(self, item: Touchpoint | TouchpointRejected) -> None:
        """Return only when Kafka has acknowledged it.

        Raises:
            PublishError: not acknowledged in time; the item may arrive all the same,
                and publishing it again is harmless.
            TooLargeError: it exceeds 4 MiB.
            UnencodableError: it does not fit its schema (see `events.codec`).
        """
        ...


class Checkpoints(Protocol):
    """Small durable state of a connector, such as an IMAP UID."""

    async def load(self, name: str) -> dict[str, Any] | None:
        """The last saved value, or None."""
        ...

    async def save(self, name: str, value: dict[str, Any]) -> None:
        """Replace the value (JSON); durable when this returns."""
        ...


class Blobs(Protocol):
    """The blob store: encrypted in chunks, durable before `put` returns."""

    async def put(
        self, data: bytes, *, owner: str, name: str, media_type: str
    ) -> Attachment:
        """Store bytes; the reference and its key travel in the touchpoint.

        `owner` is the id of what they belong to: the same bytes of the same owner are
        one blob, however often they come.
        """
        ...

    def read(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The bytes again, chunk by chunk.

        Raises:
            FileNotFoundError: no such blob (it may have been erased).
        """
        ...


class Ports(Protocol):
    """All of them, as a connector receives them."""

    @property
    def publisher(self) -> Publisher:
        """Where touchpoints go."""
        ...

    @property
    def checkpoints(self) -> Checkpoints:
        """The connector's own durable state."""
        ...

    @property
    def blobs(self) -> Blobs:
        """Where files and large raw input go."""
        ...

    @property
    def clock(self) -> Clock:
        """The current time."""
        ...
