"""Messages on disk, encoded beforehand, so that sending them costs little."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from tests.bench.traffic import Message, Traffic

CHANNELS = ("email", "webform", "sms", "phone")
_HEAD = struct.Struct(">BBBI16s16s")
_OPENS, _ACKNOWLEDGED = 1, 2


@dataclass(frozen=True, slots=True)
class Tape:
    """A file of messages, and how many of them do what."""

    file: Path
    messages: int
    opens: int
    acknowledged: int


def record(file: Path, partitions: int, count: int, *, seed: int = 7) -> Tape:
    """Write the first `count` messages of the traffic to a file."""
    opens = acknowledged = 0
    with file.open("wb", buffering=1 << 20) as out:
        for message in islice(Traffic(partitions, seed=seed), count):
            opens += message.opens
            acknowledged += message.acknowledged
            out.write(_packed(message))
            out.write(message.value)
    return Tape(file, count, opens, acknowledged)


def _packed(message: Message) -> bytes:
    flags = message.opens * _OPENS | message.acknowledged * _ACKNOWLEDGED
    return _HEAD.pack(
        CHANNELS.index(message.channel),
        message.partition,
        flags,
        len(message.value),
        message.touchpoint.bytes,
        message.interaction.bytes,
    )


def played(file: Path) -> Iterator[Message]:
    """The messages of a tape, in order."""
    with file.open("rb", buffering=1 << 20) as tape:
        while head := tape.read(_HEAD.size):
            channel, partition, flags, size, *names = _HEAD.unpack(head)
            touchpoint, interaction = (UUID(bytes=name) for name in names)
            yield Message(
                channel=CHANNELS[channel],
                partition=partition,
                value=tape.read(size),
                touchpoint=touchpoint,
                interaction=interaction,
                opens=bool(flags & _OPENS),
                acknowledged=bool(flags & _ACKNOWLEDGED),
            )


def acknowledgements(messages: Iterable[Message]) -> int:
    """How many of the messages must be acknowledged."""
    return sum(message.acknowledged for message in messages)
