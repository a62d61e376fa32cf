"""Opens what a batch of events seals: unknown keys are read at once, before folding."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from events import sealing
from events.sealing import Unsealer
from hub.adapters.keys.master import MasterKeyError
from hub.adapters.keys.sealer import StoredKey, UnwrappedKeys
from hub.adapters.postgres.data_keys import OF_EVENTS
from projections.driver import UnavailableError
from projections.sql import fetch


@dataclass(frozen=True, slots=True)
class _Opened:
    """Opens events whose keys are given by event; those of all others are gone."""

    keys: Mapping[UUID, bytes]

    def unseal(self, sealed: bytes, event_id: UUID) -> Any:
        return sealing.unseal(sealed, event_id, self._find)

    def _find(self, _key_id: bytes, event_id: UUID) -> bytes | None:
        return self.keys.get(event_id)


@dataclass(frozen=True, slots=True)
class KeyOpening:
    """Implements `projections.opening.Opening` on the stored keys."""

    keys: UnwrappedKeys

    async def unsealer(
        self, connection: AsyncConnection, sealed: Collection[tuple[bytes, UUID]]
    ) -> Unsealer:
        """Opens these events, given by the id of the data key and their own.

        Raises:
            UnavailableError: a master key is missing; the text says which.
        """
        found = {event: self.keys.known(id_, event) for id_, event in sealed}
        unknown = [one for one in sealed if found[one[1]] is None]
        if unknown:
            found |= await self._read(connection, unknown)
        return _Opened({event: key for event, key in found.items() if key is not None})

    async def _read(
        self, connection: AsyncConnection, sealed: Collection[tuple[bytes, UUID]]
    ) -> dict[UUID, bytes | None]:
        ids = {UUID(bytes=id_) for id_, _ in sealed}
        rows = await fetch(
            connection, OF_EVENTS, (list(ids), [event for _, event in sealed])
        )
        stored = {one.name: one for one in (StoredKey(*row) for row in rows)}
        try:
            return {
                event: self.keys.key_of(id_, event, stored) for id_, event in sealed
            }
        except MasterKeyError as error:
            raise UnavailableError(str(error)) from error
