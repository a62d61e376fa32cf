"""How drivers open personal records: keys are read before a batch is folded."""

from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from events import codec, wire
from events.envelope import Recorded, Stored
from events.sealing import Unsealer, key_id


class Opening(Protocol):
    """Reads keys in the transaction of a batch."""

    async def unsealer(
        self, connection: AsyncConnection, sealed: Collection[tuple[bytes, UUID]], /
    ) -> Unsealer:
        """Opens these events: the id of the data key (16 bytes), and the event's.

        Raises:
            projections.driver.UnavailableError: keys cannot be read now.
        """
        ...


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
    """What needs a key: the id of the data key, and the event's."""
    found = []
    for record in records:
        id_ = key_id(getattr(record.event, "personal", b""))
        if id_:
            found.append((id_, record.event_id))
    return found
