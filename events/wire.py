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
from events.slices import slice_of, slice_of_bytes

Headers = list[tuple[str, bytes]]
SOURCE: Final = b"/touchline/events"
REPLAY: Final = "ce_touchlinereplay"
MAX_POSITION: Final = 2**63 - 1
FOREIGN: Final = (KeyError, ValueError, TypeError, AttributeError)
"""What foreign headers raise when they are read; headers and values may be null."""


def headers(stored: Stored) -> Headers:
    """Kafka headers of a stored event."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", stored.event_id.hex.encode()),
        ("ce_type", stored.type_name.encode()),
        ("ce_source", SOURCE),
        ("ce_subject", stored.stream.hex.encode()),
        ("ce_time", stored.occurred_at.isoformat().encode()),
        ("traceparent", _traceparent(stored)),
        ("position", b"%d" % stored.position),
        ("previous", b"%d" % stored.previous),
        ("slice", b"%d" % stored.slice),
        ("version", b"%d" % stored.version),
        ("recorded", stored.recorded_at.isoformat().encode()),
        ("actor", stored.actor.encode()),
        ("correlation", stored.correlation.hex.encode()),
        ("causation", stored.causation.hex.encode()),
    ]


def _traceparent(stored: Stored) -> bytes:
    """W3C Trace Context: the trace is the correlation id, the span the event."""
    return f"00-{stored.correlation.hex}-{stored.event_id.hex[:16]}-01".encode()


def value(stored: Stored) -> bytes:
    """Kafka value of a stored event: prefix and the very bytes of the store."""
    return codec.prefix(BY_TYPE[stored.type_name]) + stored.body


def stored_from(pairs: Sequence[tuple[str, bytes]], message: bytes) -> Stored:
    """The stored event of a Kafka message.

    Raises:
        events.codec.UndecodableError: a header is missing or not what it should be.
    """
    found = dict(pairs)
    try:
        stored = Stored(
            event_id=_uuid(found["ce_id"]),
            stream=_uuid(found["ce_subject"]),
            version=int(found["version"]),
            position=int(found["position"]),
            previous=int(found["previous"]),
            slice=int(found["slice"]),
            type_name=found["ce_type"].decode(),
            body=message[5:],
            occurred_at=datetime.fromisoformat(found["ce_time"].decode()),
            recorded_at=datetime.fromisoformat(found["recorded"].decode()),
            actor=found["actor"].decode(),
            correlation=_uuid(found["correlation"]),
            causation=_uuid(found["causation"]),
        )
    except FOREIGN as error:
        text = f"headers do not describe an event: {error!r}"
        raise codec.UndecodableError(text) from error
    _check(stored, slice_of(stored.stream))
    return stored


def noticed_from(
    wanted: Collection[str], pairs: Sequence[tuple[str, bytes]], message: bytes
) -> Stored | Passed:
    """As `stored_from` for events of wanted types; of others, only that they were.

    Raises:
        events.codec.UndecodableError: as there.
    """
    found = dict(pairs)
    try:
        type_name = found["ce_type"].decode()
        if type_name in wanted:
            return stored_from(pairs, message)
        passed = Passed(
            position=int(found["position"]),
            previous=int(found["previous"]),
            slice=int(found["slice"]),
            type_name=type_name,
        )
        slice_ = slice_of_bytes(bytes.fromhex(found["ce_subject"].decode()))
    except FOREIGN as error:
        text = f"headers do not describe an event: {error!r}"
        raise codec.UndecodableError(text) from error
    _check(passed, slice_)
    return passed


def _uuid(text: bytes) -> UUID:
    """Of 32 hexadecimal digits; faster than UUID's own reading of them."""
    return UUID(bytes=bytes.fromhex(text.decode()))


def _check(found: Stored | Passed, slice_: int) -> None:
    """Refuse what the store cannot hold: watermarks must never follow it."""
    ordered = 0 <= found.previous < found.position <= MAX_POSITION
    if not ordered or found.slice != slice_:
        text = f"no event of ours has position {found.position} there"
        raise codec.UndecodableError(text)


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
