"""What of a batch of events is sealed, so that its keys are read at once."""

from collections.abc import Collection, Iterable
from uuid import UUID

from events import codec, wire
from events.envelope import Recorded, Stored
from events.sealing import key_id


def decoded(records: Iterable[Stored], types: Collection[str]) -> dict[int, Recorded]:
    """Events of some types by position; without those that are damaged."""
    found = {}
    for stored in records:
        if stored.type_name in types:
            try:
                found[stored.position] = wire.decode(stored)
            except codec.UndecodableError:
                continue
    return found


def sealed(records: Iterable[Recorded]) -> list[tuple[bytes, UUID]]:
    """What needs a key: the id of the data key (16 bytes), and the event's."""
    found = []
    for record in records:
        id_ = key_id(getattr(record.event, "personal", b""))
        if id_:
            found.append((id_, record.event_id))
    return found
