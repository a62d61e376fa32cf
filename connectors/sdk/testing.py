"""Ports in memory: for the tests of connectors, for benches and for trying things out.

What they cannot do they refuse loudly. Nothing here is durable.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import orjson
from typing_extensions import override

from connectors.sdk.errors import PublishError
from connectors.sdk.ports import Blobs, Checkpoints, Clock, Publisher
from events import codec
from events.touchpoint import Attachment, Touchpoint, TouchpointRejected

__all__ = [
    "EPOCH",
    "MemoryBlobs",
    "MemoryCheckpoints",
    "MemoryClock",
    "MemoryPorts",
    "MemoryPublisher",
]

EPOCH: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where a `MemoryClock` stands at first: a Monday morning."""

CHUNK: Final = 64 * 1024
"""How many bytes `MemoryBlobs.read` gives at once."""


class MemoryClock(Clock):
    """Stands still until it is told to move."""

    def __init__(self, moment: datetime = EPOCH) -> None:
        self._moment = moment.astimezone(UTC)

    @override
    def now(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        """Jump to an aware moment, forwards or backwards."""
        self._moment = moment.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move by a step, which may be negative."""
        self._moment += step


class MemoryPublisher(Publisher):
    """Keeps what was published, in order, every time it was published.

    It encodes as Kafka's does: what no message can hold is refused here, too.
    """

    def __init__(self) -> None:
        self.items: list[Touchpoint | TouchpointRejected] = []
        self._failures = 0

    def fail(self, times: int = 1) -> None:
        """Let the next publications fail with `PublishError`; they keep nothing."""
        self._failures = times

    @override
    async def publish(self, item: Touchpoint | TouchpointRejected) -> None:
        if self._failures > 0:
            self._failures -= 1
            raise PublishError("this publisher was told to fail")
        codec.encode_wire(item)
        self.items.append(item)

    @property
    def touchpoints(self) -> list[Touchpoint]:
        """The touchpoints alone, duplicates included."""
        return [item for item in self.items if isinstance(item, Touchpoint)]

    @property
    def rejections(self) -> list[TouchpointRejected]:
        """The rejected inputs alone."""
        return [item for item in self.items if isinstance(item, TouchpointRejected)]

    @property
    def distinct(self) -> dict[str, Touchpoint]:
        """What the hub would keep: the first of each touchpoint id (as text)."""
        found: dict[str, Touchpoint] = {}
        for item in self.touchpoints:
            found.setdefault(str(item.touchpoint_id), item)
        return found


class MemoryCheckpoints(Checkpoints):
    """Values by name, held as JSON: what JSON cannot say is refused."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    @override
    async def load(self, name: str) -> dict[str, Any] | None:
        stored = self._values.get(name)
        return None if stored is None else dict(orjson.loads(stored))

    @override
    async def save(self, name: str, value: dict[str, Any]) -> None:
        self._values[name] = orjson.dumps(value)


class MemoryBlobs(Blobs):
    """Blobs by reference; a wrong key or an unknown reference finds nothing."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, bytes], bytes] = {}

    @override
    async def put(
        self, data: bytes, *, owner: str, name: str, media_type: str
    ) -> Attachment:
        key = sha256(owner.encode() + b"\0" + data).digest()
        attachment = Attachment(name, media_type, len(data), f"memory{key.hex()}", key)
        self._stored[attachment.blob, attachment.key] = bytes(data)
        return attachment

    @override
    async def read(self, attachment: Attachment) -> AsyncIterator[bytes]:
        data = self._stored.get((attachment.blob, attachment.key))
        if data is None:
            raise FileNotFoundError(attachment.blob)
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]

    def erase(self, attachment: Attachment) -> None:
        """Forget a blob, as an erasure does; later reads find nothing."""
        self._stored.pop((attachment.blob, attachment.key), None)

    def __len__(self) -> int:
        return len(self._stored)


@dataclass
class MemoryPorts:
    """All `Ports` in memory; replace single ones as a test needs it."""

    publisher: MemoryPublisher = field(default_factory=MemoryPublisher)
    checkpoints: MemoryCheckpoints = field(default_factory=MemoryCheckpoints)
    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)
    clock: MemoryClock = field(default_factory=MemoryClock)
