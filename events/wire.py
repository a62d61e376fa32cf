"""Events in Kafka: CloudEvents 1.0 in binary mode, so that nobody decodes to route.

Attributes travel as `ce_*` headers (CloudEvents Kafka Protocol Binding, section 3.2);
the value is the Avro body with its Confluent prefix.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from events import codec
from events.catalog import BY_TYPE
from events.envelope import Passed, Recorded, Stored
from events.slices import slice_of_bytes

Headers = list[tuple[str, bytes]]
SOURCE: Final = b"/touchline/events"
REPLAY: Final = "ce_touchlinereplay"
MAX_POSITION: Final = 2**63 - 1
FOREIGN: Final = (KeyError, ValueError, TypeError, AttributeError)
"""What foreign headers raise when they are read; headers and values may be null."""

_NAMES: Final = (
    "ce_specversion",
    "ce_id",
    "ce_type",
    "ce_source",
    "ce_subject",
    "ce_time",
    "traceparent",
    "position",
    "previous",
    "version",
    "recorded",
    "actor",
    "causation",
)
"""Our headers, in the order in which they are written."""


def headers(stored: Stored) -> Headers:
    """Kafka headers of a stored event.

    The correlation id is the trace of `traceparent`, and the slice follows from the
    subject: every header costs each reader and writer on the way.
    """
    values = (
        b"1.0",
        stored.event_id.hex.encode(),
        stored.type_name.encode(),
        SOURCE,
        stored.stream.hex.encode(),
        stored.occurred_at.isoformat().encode(),
        _traceparent(stored),
        b"%d" % stored.position,
        b"%d" % stored.previous,
        b"%d" % stored.version,
        stored.recorded_at.isoformat().encode(),
        stored.actor.encode(),
        stored.causation.hex.encode(),
    )
    return list(zip(_NAMES, values, strict=True))


def _traceparent(stored: Stored) -> bytes:
    """W3C Trace Context: the trace is the correlation id, the span the event."""
    return f"00-{stored.correlation.hex}-{stored.event_id.hex[:16]}-01".encode()


def value(stored: Stored) -> bytes:
    """Kafka value of a stored event: prefix and the very bytes of the store."""
    return codec.prefix(BY_TYPE[stored.type_name]) + stored.body


def _values(pairs: Sequence[tuple[str, bytes]]) -> Sequence[bytes]:
    """The values of our headers, in the order of `_NAMES`."""
    names, values = zip(*pairs, strict=True)
    if names == _NAMES:
        return values
    found = dict(pairs)
    return [found[name] for name in _NAMES]


def stored_from(pairs: Sequence[tuple[str, bytes]], message: bytes) -> Stored:
    """The stored event of a Kafka message.

    Raises:
        events.codec.UndecodableError: a header is missing or not what it should be.
    """
    try:
        return _stored(_values(pairs), message)
    except FOREIGN as error:
        raise _foreign(error) from error


def _stored(values: Sequence[bytes], message: bytes) -> Stored:
    _, id_, type_, _, subject, time, trace, *ours = values
    position, previous, version, recorded, actor, causation = ours
    stream = bytes.fromhex(subject.decode())
    return Stored(
        event_id=_uuid(id_),
        stream=UUID(bytes=stream),
        version=int(version),
        position=_position(position, previous),
        previous=int(previous),
        slice=slice_of_bytes(stream),
        type_name=type_.decode(),
        body=message[5:],
        occurred_at=datetime.fromisoformat(time.decode()),
        recorded_at=datetime.fromisoformat(recorded.decode()),
        actor=actor.decode(),
        correlation=_uuid(trace[3:35]),
        causation=_uuid(causation),
    )


def noticed_from(
    wanted: Collection[str], pairs: Sequence[tuple[str, bytes]], message: bytes
) -> Stored | Passed:
    """As `stored_from` for events of wanted types; of others, only that they were.

    Raises:
        events.codec.UndecodableError: as there.
    """
    try:
        values = _values(pairs)
        _, _, type_, _, subject, _, _, position, previous, *_ = values
        type_name = type_.decode()
        if type_name in wanted:
            return _stored(values, message)
        return Passed(
            position=_position(position, previous),
            previous=int(previous),
            slice=slice_of_bytes(bytes.fromhex(subject.decode())),
            type_name=type_name,
        )
    except FOREIGN as error:
        raise _foreign(error) from error


def _uuid(text: bytes) -> UUID:
    """Of 32 hexadecimal digits; faster than UUID's own reading of them."""
    return UUID(bytes=bytes.fromhex(text.decode()))


def _position(position: bytes, previous: bytes) -> int:
    """Refuse what the store cannot hold: watermarks must never follow it."""
    found = int(position)
    if not 0 <= int(previous) < found <= MAX_POSITION:
        text = f"no event of ours has position {found} there"
        raise ValueError(text)
    return found


def _foreign(error: Exception) -> codec.UndecodableError:
    return codec.UndecodableError(f"headers do not describe an event: {error!r}")


def decode(stored: Stored) -> Recorded:
    """The event with its envelope.

    Raises:
        events.codec.UndecodableError: unknown type or damaged body.
    """
    return Recorded(
        event_id=stored.event_id,
        stream=stored.stream,
        version=stored.version,
        position=stored.position,
        previous=stored.previous,
        slice=stored.slice,
        event=codec.decode(stored.type_name, stored.body),
        occurred_at=stored.occurred_at,
        recorded_at=stored.recorded_at,
        actor=stored.actor,
        correlation=stored.correlation,
        causation=stored.causation,
    )
