"""Parked work of read models: streams that one of them cannot apply."""

from dataclasses import dataclass
from uuid import UUID

from hub.adapters.postgres.reader import StoreReader
from hub.application.errors import RefusedError
from hub.application.parked import ParkedContent, ParkedItem, nothing_under
from projections import unparking
from projections.bookkeeping import PARKED
from projections.contract import Projection
from projections.driver import Driver
from projections.sql import fetch


@dataclass(frozen=True, slots=True)
class ParkedStreams:
    """Implements `hub.application.parked.Parked` for `<projection>/<stream>`."""

    driver: Driver
    store: StoreReader

    async def items(
        self,
        *,
        everything: bool = False,  # noqa: ARG002  (what is settled leaves no row)
    ) -> list[ParkedItem]:
        """What is parked."""
        async with self.driver.engine.connect() as connection:
            rows = await fetch(
                connection,
                "SELECT DISTINCT ON (projection, stream) projection, stream, reason,"  # noqa: S608
                " parked_at, count(*) OVER (PARTITION BY projection, stream)"
                f" FROM {self.driver.schema}.{PARKED.name}"
                " ORDER BY projection, stream, position",
            )
        return [
            ParkedItem(f"{p}/{s}", "projection", p, reason, since, waiting)
            for p, s, reason, since, waiting in rows
        ]

    async def show(self, id_: str) -> ParkedContent:
        """One item; events have no raw bytes of their own."""
        return ParkedContent(await self._one(id_), b"", {})

    async def retry(self, id_: str, actor: str) -> str:  # noqa: ARG002
        """Apply its events again, in order."""
        item = await self._one(id_)
        history = await self.store.stream(UUID(id_.partition("/")[2]))
        left = await unparking.retry_stream(
            self.driver, self._projection(item), history
        )
        if left:
            return f"{left} of {item.waiting} events stay parked; see the new reason."
        return f"All {item.waiting} events were applied, in order."

    async def discard(self, id_: str, actor: str, reason: str) -> None:
        """Skip the event that it waits for, for good, and apply the others."""
        item = await self._one(id_)
        projection = self._projection(item)
        async with self.driver.engine.connect() as connection:
            rows = await fetch(
                connection,
                f"SELECT event_id FROM {self.driver.schema}.{PARKED.name}"  # noqa: S608
                " WHERE projection = %s AND stream = %s ORDER BY position LIMIT 1",
                (projection.key, UUID(id_.partition("/")[2])),
            )
        await unparking.skip_event(self.driver, projection, rows[0][0], (actor, reason))
        await self.retry(id_, actor)

    async def _one(self, id_: str) -> ParkedItem:
        for item in await self.items():
            if item.id == id_:
                return item
        raise nothing_under(id_)

    def _projection(self, item: ParkedItem) -> Projection:
        for projection in self.driver.projections:
            if projection.key == item.where:
                return projection
        raise RefusedError(
            "Projection {where} is not part of this release.", where=item.where
        )
