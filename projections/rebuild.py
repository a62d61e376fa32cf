"""Rebuild projections beside the live ones, and prove that they are equal.

The live version's watermarks and checksums are read in one REPEATABLE READ
transaction; the rebuild stops at exactly these watermarks; then all columns of all rows
are compared. Work continues where it stopped: the rebuild keeps watermarks of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections import bookkeeping, checksum, watermarks
from projections.catchup import drive
from projections.contract import REBUILD_SCHEMA, SCHEMA, Projection, metadata
from projections.driver import Driver
from projections.source import EventSource
from projections.sql import fetch

Begin = Callable[[int], None]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Proof:
    """Live and rebuilt checksums by table (`rows/sum`), at the same watermarks."""

    projection: str
    live: dict[str, str]
    rebuilt: dict[str, str]
    parked: int

    @property
    def equal(self) -> bool:
        """Whether every table is the same in every row and column."""
        return self.live == self.rebuilt


@dataclass(frozen=True, slots=True)
class _Pinned:
    checksums: dict[str, dict[str, str]]
    marks: watermarks.Marks
    parked: dict[str, int]

    def groups(
        self, projections: Sequence[Projection]
    ) -> list[tuple[dict[int, int], list[Projection]]]:
        """Projections that stand at the same watermarks, with these watermarks.

        All of a live group do, but for one that is stopped or just healing.
        """
        found: dict[tuple[tuple[int, int], ...], list[Projection]] = {}
        for projection in projections:
            ends = sorted(
                (s, p) for (n, s), p in self.marks.items() if n == projection.key
            )
            found.setdefault(tuple(ends), []).append(projection)
        return [(dict(ends), group) for ends, group in found.items()]


@dataclass(slots=True)
class Rebuild:
    """Rebuilds some projections of a live driver from the store."""

    live: Driver
    source: EventSource
    projections: Sequence[Projection]

    async def run(
        self, *, workers: int = 2, begin: Begin | None = None, progress: Progress
    ) -> list[Proof]:
        """Rebuild and compare; `begin` is told how many events lie ahead."""
        await _create(self.live.engine, self.projections)
        pinned = await self._pin()
        if begin is not None:
            begin(await self._ahead(pinned))
        for until, projections in pinned.groups(self.projections):
            driver = self._driver(projections)
            await drive(driver, self.source, until, workers=workers, progress=progress)
        return await self._compare(pinned)

    def _driver(self, projections: Sequence[Projection]) -> Driver:
        return replace(
            self.live,
            projections=projections,
            schema=REBUILD_SCHEMA,
            notify=False,
            stopped=set(),
        )

    async def _pin(self) -> _Pinned:
        """The live version's checksums and watermarks, of one moment."""
        names = [p.key for p in self.projections]
        async with self.live.engine.connect() as connection:
            pinned = await connection.execution_options(
                isolation_level="REPEATABLE READ"
            )
            async with pinned.begin():
                marks = await watermarks.read(connection, SCHEMA, names)
                parked = await _parked(connection)
                sums = {
                    p.name: await checksum.of_projection(connection, SCHEMA, p)
                    for p in self.projections
                }
        return _Pinned(sums, marks, parked)

    async def _ahead(self, pinned: _Pinned) -> int:
        """About how many events the rebuild still has to read."""
        async with self.live.engine.connect() as connection:
            done = await watermarks.read(
                connection, REBUILD_SCHEMA, [p.key for p in self.projections]
            )
        fraction = 1 - min(done.values(), default=0) / max(
            1, max(pinned.marks.values(), default=1)
        )
        return int(max(pinned.marks.values(), default=0) * fraction)

    async def _compare(self, pinned: _Pinned) -> list[Proof]:
        async with self.live.engine.connect() as connection, connection.begin():
            return [
                Proof(
                    p.name,
                    pinned.checksums[p.name],
                    await checksum.of_projection(connection, REBUILD_SCHEMA, p),
                    pinned.parked.get(p.key, 0),
                )
                for p in self.projections
            ]

    async def discard(self) -> None:
        """Drop the rebuilt tables and their watermarks."""
        async with self.live.engine.begin() as connection:
            await connection.exec_driver_sql(
                f"DROP SCHEMA IF EXISTS {REBUILD_SCHEMA} CASCADE"
            )


async def _parked(connection: AsyncConnection) -> dict[str, int]:
    rows = await fetch(
        connection,
        f"SELECT projection, count(DISTINCT stream) FROM {SCHEMA}.parked_events"  # noqa: S608
        " GROUP BY projection",
    )
    return {projection: count for projection, count in rows}  # noqa: C416  (typed)


async def _create(engine: AsyncEngine, projections: Sequence[Projection]) -> None:
    """The rebuild's schema, tables and watermark rows, where missing."""
    tables = [table for p in projections for table in p.stored]
    tables += [bookkeeping.WATERMARKS, bookkeeping.PARKED, bookkeeping.STOPPED]
    async with engine.begin() as connection:
        await connection.exec_driver_sql(
            f"CREATE SCHEMA IF NOT EXISTS {REBUILD_SCHEMA}"
        )
        translated = await connection.execution_options(
            schema_translate_map={SCHEMA: REBUILD_SCHEMA}
        )
        await translated.run_sync(metadata.create_all, tables=tables)
        await watermarks.ensure(
            connection, REBUILD_SCHEMA, [p.key for p in projections]
        )
