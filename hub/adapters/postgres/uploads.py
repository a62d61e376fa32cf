"""Files of drafts in PostgreSQL: what they are called and where their bytes are.

A file that a message has taken stays noted until it is purged: only then does it show
whether the message was recorded, and whose the bytes are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from events.touchpoint import Attachment
from hub.adapters.postgres.pooled import Pooled
from hub.application.drafts import Place, Upload, Uploads
from hub.runtime.clock import Clock

_COLUMNS: Final = "id, name, media_type, size, blob, key"
_MINE: Final = "person = %s AND interaction = %s"
_TAKE: Final = (
    "UPDATE touchline_drafts.files SET outbound = %s"  # noqa: S608
    f" WHERE {_MINE} AND id = ANY(%s) AND (outbound IS NULL OR outbound = %s)"
    f" RETURNING {_COLUMNS}, number"
)
_FORGET: Final = f"""
WITH gone AS (DELETE FROM touchline_drafts.files WHERE {{which}} RETURNING *)
SELECT {_COLUMNS} FROM gone WHERE outbound IS NULL OR NOT EXISTS (
    SELECT FROM touchline_store.touchpoint_index WHERE touchpoint = outbound)
"""  # noqa: S608
_OLD: Final = _FORGET.format(which="added_at < %s")
_ON_THESE: Final = _FORGET.format(which="interaction = ANY(%s)")


class PostgresUploads(Pooled, Uploads):
    """Files in the schema `touchline_drafts`, over a pool that is open."""

    def __init__(self, pool: AsyncConnectionPool, clock: Clock) -> None:
        super().__init__(pool)
        self._clock = clock

    @override
    async def add(self, place: Place, upload: Upload) -> None:
        file = upload.file
        await self._run(
            f"INSERT INTO touchline_drafts.files ({_COLUMNS}, person, interaction,"  # noqa: S608
            " added_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            upload.id,
            file.name,
            file.media_type,
            file.size,
            file.blob,
            file.key,
            place.person,
            place.interaction,
            self._clock.now(),
        )

    @override
    async def of(self, place: Place) -> list[Upload]:
        found = await self._all(
            f"SELECT {_COLUMNS} FROM touchline_drafts.files"  # noqa: S608
            f" WHERE {_MINE} AND outbound IS NULL ORDER BY number",
            place.person,
            place.interaction,
        )
        return [_upload(*row) for row in found]

    @override
    async def drop(self, place: Place, upload: UUID) -> Upload | None:
        found = await self._one(
            f"DELETE FROM touchline_drafts.files WHERE {_MINE} AND id = %s"  # noqa: S608
            f" AND outbound IS NULL RETURNING {_COLUMNS}",
            place.person,
            place.interaction,
            upload,
        )
        return None if found is None else _upload(*found)

    @override
    async def claim(
        self, place: Place, wanted: Sequence[UUID], outbound: UUID
    ) -> list[Upload]:
        taken = await self._all(
            _TAKE,
            outbound,
            place.person,
            place.interaction,
            list(wanted),
            outbound,
        )
        return [_upload(*row[:-1]) for row in sorted(taken, key=lambda row: row[-1])]

    @override
    async def release(self, outbound: UUID) -> None:
        await self._run(
            "UPDATE touchline_drafts.files SET outbound = NULL WHERE outbound = %s"
            " AND NOT EXISTS (SELECT FROM touchline_store.touchpoint_index"
            " WHERE touchpoint = outbound)",
            outbound,
        )

    @override
    async def give_back(self, place: Place, outbound: UUID) -> None:
        await self._run(
            "UPDATE touchline_drafts.files SET outbound = NULL, person = %s,"
            " interaction = %s WHERE outbound = %s",
            place.person,
            place.interaction,
            outbound,
        )

    @override
    async def purge(self, before: datetime) -> list[Upload]:
        return [_upload(*row) for row in await self._all(_OLD, before)]

    @override
    async def forget(self, interactions: Sequence[UUID]) -> list[Upload]:
        return [_upload(*row) for row in await self._all(_ON_THESE, list(interactions))]


def _upload(*row: Any) -> Upload:
    id_, name, media_type, size, blob, key = row
    return Upload(id_, Attachment(name, media_type, size, blob, bytes(key)))
