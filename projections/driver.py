"""Apply batches of events to a group of projections, in one transaction.

The live agent, catch-up, heal and rebuild all come through `Driver.apply`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.customer import TouchpointRecorded
from events.envelope import Stored
from events.sealed import decoded, sealed
from projections import parking as parked
from projections import rows as table_rows
from projections import watermarks
from projections.contract import SCHEMA, Projection
from projections.folding import Opener, Work, collect, fold, keys_to_load
from projections.opening import Opening
from projections.watermarks import Marks, sort_out

log = structlog.get_logger("touchline.projections")

CHANNEL: Final = "touchline_views"
"""NOTIFY channel on which live views learn what changed."""

# The store is the truth, so a commit need not wait for the disk. Rows are read by key:
# a plan that was made while a table was small must not read all of it when it is large.
_SETTINGS: Final = """
SELECT set_config('synchronous_commit', 'off', true),
    set_config('enable_seqscan', 'off', true),
    set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true)
"""

MAX_PAYLOAD: Final = 7500
"""PostgreSQL limits a NOTIFY payload to 8,000 bytes."""


class Clock(Protocol):
    """The current time."""

    def now(self) -> datetime:
        """Aware UTC time."""
        ...


class UnavailableError(Exception):
    """The database is away, or asked to try again."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Events of a slice after `after` and before `before` that Kafka did not bring."""

    slice: int
    after: int
    before: int


@dataclass(slots=True)
class Outcome:
    """What a batch did: gaps left, and the bug of each projection that failed."""

    gaps: list[Gap] = field(default_factory=list)
    applied: int = 0


@dataclass(slots=True)
class Driver:
    """Drives a group of projections in one schema."""

    engine: AsyncEngine
    projections: Sequence[Projection]
    opening: Opening
    clock: Clock
    schema: str = SCHEMA
    notify: bool = True
    stopped: set[str] = field(default_factory=set)

    def active(self) -> list[Projection]:
        """The projections that are not stopped by a bug."""
        return [p for p in self.projections if p.key not in self.stopped]

    async def prepare(self) -> None:
        """Create the watermark rows; what a bug stopped is tried again from now on."""
        names = [p.key for p in self.projections]
        async with self.engine.begin() as connection:
            await watermarks.ensure(connection, self.schema, names)
            await connection.exec_driver_sql(
                f"DELETE FROM {self.schema}.stopped_projections"  # noqa: S608
                " WHERE projection = ANY(%s)",
                (names,),
            )

    async def apply(self, records: Sequence[Stored]) -> Outcome:
        """Apply what is new of `records`, which are in order within each slice.

        A bug in one projection stops that one; the others go on.

        Raises:
            UnavailableError: nothing was applied; try again later.
        """
        try:
            return await self._apply(self.active(), records)
        except UnavailableError:
            raise
        except Exception:
            log.exception("projection_group_failed")
        return await self._one_by_one(records)

    async def _one_by_one(self, records: Sequence[Stored]) -> Outcome:
        total = Outcome()
        for projection in self.active():
            try:
                outcome = await self._apply([projection], records)
            except UnavailableError:
                raise
            except Exception as error:  # noqa: BLE001  (a bug: this one stops)
                await self._stop(projection, error)
            else:
                total.gaps += outcome.gaps
                total.applied += outcome.applied
        return total

    async def _stop(self, projection: Projection, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:1000]
        log.critical("projection_stopped", projection=projection.key)
        self.stopped.add(projection.key)
        async with self.engine.begin() as connection:
            await connection.exec_driver_sql(
                f"INSERT INTO {self.schema}.stopped_projections VALUES (%s, %s, %s)"  # noqa: S608
                " ON CONFLICT (projection) DO UPDATE SET reason = EXCLUDED.reason,"
                " stopped_at = EXCLUDED.stopped_at",
                (projection.key, reason, self.clock.now()),
            )

    async def _apply(
        self, projections: Sequence[Projection], records: Sequence[Stored]
    ) -> Outcome:
        with _transient():
            async with self.engine.begin() as connection:
                await connection.exec_driver_sql(_SETTINGS)
                return await self._in_transaction(connection, projections, records)

    async def _in_transaction(
        self,
        connection: AsyncConnection,
        projections: Sequence[Projection],
        records: Sequence[Stored],
    ) -> Outcome:
        names = [p.key for p in projections]
        slices = sorted({r.slice for r in records})
        marks = await watermarks.lock(connection, self.schema, names, slices)
        parking = await parked.load(connection, self.schema, names, records)
        batch = _Batch(marks, records)
        opener = await self._opener(connection, projections, records)
        works = [collect(p, batch.fresh(p), opener, parking) for p in projections]
        for work in works:
            await self._write(connection, work, batch.by_position, parking)
        await parked.save(connection, self.schema, parking, self.clock.now())
        await watermarks.move(connection, self.schema, batch.moved)
        if self.notify:
            await _notify(connection, works)
        return Outcome(batch.gaps, batch.applied)

    async def refold(
        self,
        connection: AsyncConnection,
        projection: Projection,
        records: Sequence[Stored],
        parking: parked.Parking,
    ) -> None:
        """Apply records whatever the watermark says: parked ones, driven again."""
        opener = await self._opener(connection, [projection], records)
        work = collect(projection, records, opener, parking)
        await self._write(connection, work, {r.position: r for r in records}, parking)
        if self.notify:
            await _notify(connection, [work])

    async def _opener(
        self,
        connection: AsyncConnection,
        projections: Sequence[Projection],
        records: Sequence[Stored],
    ) -> Opener:
        """Knows the keys of all records, which were read in one query."""
        types = frozenset().union(*(p.types for p in projections))
        found = decoded(records, types)
        wanted = sealed(found.values())
        return Opener(await self.opening.unsealer(connection, wanted), found)

    async def _write(
        self,
        connection: AsyncConnection,
        work: Work,
        by_position: Mapping[int, Stored],
        parking: parked.Parking,
    ) -> None:
        loaded = [
            await table_rows.load(
                connection, self.schema, t.table, keys_to_load(work, t)
            )
            for t in work.projection.tables
        ]
        fold(work, loaded, by_position, parking)
        folded = [*work.rows, *work.parts]
        for table, rows in zip(work.projection.stored, folded, strict=True):
            await table_rows.store(connection, self.schema, table, rows)


class _Batch:
    """Records against locked watermarks, slice by slice, projection by projection."""

    def __init__(self, marks: Marks, records: Iterable[Stored]) -> None:
        self._marks = marks
        self._by_slice: dict[int, list[Stored]] = defaultdict(list)
        self.by_position: dict[int, Stored] = {}
        for record in records:
            self._by_slice[record.slice].append(record)
            self.by_position[record.position] = record
        self.moved: Marks = {}
        self._gaps: dict[int, Gap] = {}
        self.applied = 0

    @property
    def gaps(self) -> list[Gap]:
        """One gap per slice: it covers what any of the projections misses."""
        return list(self._gaps.values())

    def fresh(self, projection: Projection) -> Iterator[Stored]:
        """What the projection has not applied yet, up to the first gap of a slice."""
        for slice_, records in self._by_slice.items():
            mark = self._marks[projection.key, slice_]
            found = sort_out(mark, records)
            if found.gap is not None:
                self._note(slice_, mark, found.fresh, found.gap)
            if found.fresh:
                self.moved[projection.key, slice_] = found.fresh[-1].position
                self.applied += len(found.fresh)
                yield from found.fresh

    def _note(
        self, slice_: int, mark: int, fresh: Sequence[Stored], gap: Stored
    ) -> None:
        after = fresh[-1].position if fresh else mark
        known = self._gaps.get(slice_)
        low = min(after, known.after) if known else after
        high = max(gap.position, known.before) if known else gap.position
        self._gaps[slice_] = Gap(slice_, low, high)


async def _notify(connection: AsyncConnection, works: Sequence[Work]) -> None:
    touched: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for fact in work.facts:
            kind, id_ = work.projection.touches(fact)
            touched[kind].add(id_.hex)
            if isinstance(fact.record.event, TouchpointRecorded):
                touched["touchpoint"].add(fact.record.event.touchpoint_id.hex)
        for kind, name in work.woken:
            touched[kind].add(name)
    texts = list(payloads({kind: sorted(ids) for kind, ids in touched.items()}))
    if texts:
        await connection.exec_driver_sql(
            "SELECT pg_notify(%s, text) FROM unnest(%b::text[]) AS text",
            (CHANNEL, texts),
        )


def payloads(touched: dict[str, list[str]]) -> Iterator[str]:
    """JSON texts that fit a NOTIFY each, and together name everything."""
    if not touched:
        return
    whole = json.dumps(touched, separators=(",", ":"))
    if len(whole) <= MAX_PAYLOAD:
        yield whole
        return
    kind = max(touched, key=lambda k: len(touched[k]))
    ids = touched[kind]
    middle = len(ids) // 2
    yield from payloads({**touched, kind: ids[:middle]})
    yield from payloads({kind: ids[middle:]})


@contextmanager
def _transient() -> Iterator[None]:
    """Turn what passes by itself into `UnavailableError`."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, OSError) as error:
        raise UnavailableError(str(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise UnavailableError(str(error)) from error
        raise
