"""Drafts in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from typing_extensions import override

from hub.adapters.postgres.pooled import Pooled
from hub.application.drafts import Draft, Drafts, NewerDraftError, Place, Text
from hub.runtime.clock import Clock

_SAVE: Final = """
INSERT INTO touchline_drafts.texts
    (person, interaction, kind, text, fields, saved_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (person, interaction, kind) DO UPDATE SET
    text = excluded.text, fields = excluded.fields, saved_at = excluded.saved_at
"""
_GO_ON: Final = (
    f"{_SAVE} WHERE texts.saved_at = %s"
    # An answer that was lost on its way is asked for again.
    " OR (texts.text = excluded.text AND texts.fields = excluded.fields)"
    " RETURNING saved_at"
)
_FORGET: Final = (
    "DELETE FROM touchline_drafts.texts"
    " WHERE person = %s AND interaction = %s AND kind = %s"
)
_READ: Final = (
    "SELECT person, interaction, kind, text, fields, saved_at"
    " FROM touchline_drafts.texts WHERE person = %s"
)


class PostgresDrafts(Pooled, Drafts):
    """Texts in the schema `touchline_drafts`, over a pool that is open."""

    def __init__(self, pool: AsyncConnectionPool, clock: Clock) -> None:
        super().__init__(pool)
        self._clock = clock

    @override
    async def save(self, place: Place, content: Text) -> None:
        if not content.text.strip():
            await self._run(_FORGET, *_key(place))
            return
        await self._run(_SAVE, *_key(place), *_values(content), self._clock.now())

    @override
    async def go_on(
        self, place: Place, content: Text, known: datetime | None
    ) -> datetime | None:
        if not content.text.strip():
            await self._run(f"{_FORGET} AND saved_at = %s", *_key(place), known)
            await self._unless_newer(place)
            return None
        row = *_key(place), *_values(content), self._clock.now()
        saved = await self._one(_GO_ON, *row, known)
        if saved is not None:
            at: datetime = saved[0]
            return at
        await self._unless_newer(place)
        # It was forgotten in between.
        return await self.go_on(place, content, known)

    async def _unless_newer(self, place: Place) -> None:
        for draft in await self.of(place.person, place.interaction):
            if draft.place == place:
                raise NewerDraftError(draft)

    @override
    async def of(self, person: str, interaction: UUID) -> list[Draft]:
        found = await self._all(f"{_READ} AND interaction = %s", person, interaction)
        return [_draft(*row) for row in found]

    @override
    async def all_of(self, person: str) -> list[Draft]:
        ordered = f"{_READ} ORDER BY saved_at DESC, interaction, kind"
        return [_draft(*row) for row in await self._all(ordered, person)]

    @override
    async def count(self, person: str) -> int:
        found = await self._one(
            "SELECT count(*) FROM touchline_drafts.texts WHERE person = %s", person
        )
        return int(found[0]) if found else 0

    @override
    async def begun_by_others(self, person: str, interaction: UUID) -> list[str]:
        found = await self._all(
            "SELECT person FROM touchline_drafts.texts WHERE interaction = %s"
            " AND kind = 'reply' AND person <> %s ORDER BY saved_at DESC, person",
            interaction,
            person,
        )
        return [row[0] for row in found]

    @override
    async def sent(self, place: Place, text: str) -> None:
        for draft in await self.of(place.person, place.interaction):
            kept = draft.content.text
            if draft.place == place and kept.strip() == text.strip():
                # Not what may have been written since it was read.
                await self._run(f"{_FORGET} AND text = %s", *_key(place), kept)

    @override
    async def purge(self, before: datetime) -> int:
        return await self._run(
            "DELETE FROM touchline_drafts.texts WHERE saved_at < %s", before
        )

    @override
    async def forget(self, interactions: Sequence[UUID]) -> int:
        return await self._run(
            "DELETE FROM touchline_drafts.texts WHERE interaction = ANY(%s)",
            list(interactions),
        )


def _key(place: Place) -> tuple[str, UUID, str]:
    return place.person, place.interaction, place.kind


def _values(content: Text) -> tuple[str, Jsonb]:
    fields = {_without_nul(n): _without_nul(v) for n, v in content.fields.items()}
    return _without_nul(content.text), Jsonb(fields)


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


def _draft(*row: Any) -> Draft:
    person, interaction, kind, text, fields, saved_at = row
    return Draft(Place(person, interaction, kind), Text(text, fields), saved_at)
