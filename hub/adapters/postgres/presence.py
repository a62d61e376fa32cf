"""Presence in PostgreSQL: unlogged tables, since a crash may forget them.

Who is told is found out after the change is committed: of two processes that change
something at the same time, the second one sees what the first did.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from typing_extensions import override

from hub.adapters.postgres.changes import CHANNEL
from hub.adapters.postgres.pooled import Pooled
from hub.application.intake import StoreUnavailableError
from hub.application.presence import FORGOTTEN_AFTER, Attendance, Seat

_MOST_IDS: Final = 200
"""Ids in one announcement: PostgreSQL takes 8,000 bytes."""

_ALIVE: Final = """
INSERT INTO touchline_presence.processes VALUES (%s, now())
ON CONFLICT (process) DO UPDATE SET seen_at = now() RETURNING xmax = 0
"""
_SILENT: Final = """
WITH dead AS (DELETE FROM touchline_presence.processes WHERE seen_at < now() - %s
              RETURNING process)
SELECT DISTINCT interaction, person FROM touchline_presence.people JOIN dead
    USING (process)
"""
_LEAVE: Final = """
WITH dead AS (DELETE FROM touchline_presence.processes WHERE process = %s
              RETURNING process)
SELECT DISTINCT interaction, person FROM touchline_presence.people JOIN dead
    USING (process)
"""
_THERE: Final = """
INSERT INTO touchline_presence.people (interaction, person, process, writing)
SELECT i, p, %s, w FROM unnest(%s::uuid[], %s::text[], %s::boolean[]) AS t(i, p, w)
ON CONFLICT (interaction, person, process) DO UPDATE SET writing = excluded.writing
"""
_GONE: Final = """
DELETE FROM touchline_presence.people USING unnest(%s::uuid[], %s::text[]) AS t(i, p)
WHERE interaction = i AND person = p AND process = %s
"""
_CONCERNED: Final = """
SELECT DISTINCT interaction FROM touchline_presence.people
JOIN unnest(%s::uuid[], %s::text[]) AS t(i, p) ON interaction = i AND person <> p
"""
_TELL: Final = """
SELECT pg_notify(%s, json_build_object('presence', %s::text[])::text)
"""
_OTHERS: Final = """
SELECT person, bool_or(writing) FROM touchline_presence.people
JOIN touchline_presence.processes USING (process)
WHERE interaction = %s AND person <> %s AND seen_at > now() - %s GROUP BY person
"""


class PostgresAttendance(Pooled, Attendance):
    """Over a pool that is open."""

    _silence = timedelta(seconds=FORGOTTEN_AFTER)

    @override
    async def alive(self, process: UUID) -> bool:
        found = await self._one(_ALIVE, process)
        await self._announce(await self._all(_SILENT, self._silence))
        return bool(found and found[0])

    @override
    async def tell(self, process: UUID, changes: Mapping[Seat, bool | None]) -> None:
        there = [(*seat, state) for seat, state in changes.items() if state is not None]
        gone = [seat for seat, state in changes.items() if state is None]
        if there:
            try:
                await self._run(_THERE, process, *map(list, zip(*there, strict=True)))
            except ForeignKeyViolation as error:
                raise StoreUnavailableError("this process was forgotten") from error
        if gone:
            await self._run(_GONE, *map(list, zip(*gone, strict=True)), process)
        await self._announce(changes)

    @override
    async def leave(self, process: UUID) -> None:
        await self._announce(await self._all(_LEAVE, process))

    @override
    async def others(self, seat: Seat) -> dict[str, bool]:
        found = await self._all(_OTHERS, seat.interaction, seat.person, self._silence)
        return dict(found)

    async def _announce(self, seats: Iterable[tuple[UUID, str]]) -> None:
        changed = list(seats)
        if not changed:
            return
        interactions, people = map(list, zip(*changed, strict=True))
        rows = await self._all(_CONCERNED, interactions, people)
        for ids in _parts([row[0].hex for row in rows]):
            await self._run(_TELL, CHANNEL, ids)


def _parts(ids: list[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while part := list(islice(rest, _MOST_IDS)):
        yield part
