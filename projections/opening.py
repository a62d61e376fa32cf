"""How drivers open personal records: keys are read before a batch is folded."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sealing import Unsealer


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
