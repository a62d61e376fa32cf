"""Intake's transactions on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid5

import psycopg
from eventsourcing import persistence
from psycopg import Connection, Cursor, errors
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from events import codec
from events.ids import NAMESPACE
from events.touchpoint import TouchpointRejected
from hub.adapters.postgres.lookups import read_known, read_numbers
from hub.adapters.postgres.recorder import Recorder
from hub.adapters.postgres.rows import Target, write
from hub.adapters.postgres.writing import enveloped, write_decision
from hub.application.intake import (
    Advance,
    Park,
    StoreConflictError,
    StoreUnavailableError,
)
from hub.domain.known import Known, Wanted
from hub.domain.writes import Writes
from hub.runtime.clock import Clock

_TRACKED: Final = """
SELECT application_name, notification_id FROM touchline_store.tracking
WHERE application_name = ANY(%s)
"""
_ADVANCE: Final = """
INSERT INTO touchline_store.tracking AS t (application_name, notification_id)
SELECT source, new FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
    AS w(source, old, new)
ON CONFLICT (application_name) DO UPDATE SET notification_id = EXCLUDED.notification_id
WHERE t.notification_id = (
    SELECT old FROM unnest(%s::text[], %s::bigint[]) AS o(source, old)
    WHERE o.source = t.application_name)
RETURNING t.application_name
"""
_PARKED: Final = Target(
    "touchline_store.parked_messages",
    (
        ("id", "uuid"),
        ("cluster", "text"),
        ("topic", "text"),
        ("partition", "integer"),
        ("kafka_offset", "bigint"),
        ("kind", "text"),
        ("connector", "text"),
        ("reason", "text"),
        ("message", "bytea"),
        ("raw", "bytea"),
        ("raw_blob", "text"),
        ("context", "jsonb"),
        ("parked_at", "timestamptz"),
    ),
    # By place in Kafka, and by id: an input that is rejected twice is parked once.
    "ON CONFLICT DO NOTHING",
)


@contextmanager
def translated() -> Iterator[None]:
    """Turn database errors into what the use case understands."""
    try:
        yield
    except (persistence.IntegrityError, psycopg.IntegrityError) as error:
        raise StoreConflictError(str(error)) from error
    except (persistence.DataError, psycopg.DataError) as error:
        raise ValueError(str(error)) from error
    except (
        persistence.OperationalError,
        persistence.InterfaceError,
        psycopg.OperationalError,
        psycopg.InterfaceError,
    ) as error:
        if _fits_nowhere(error):
            raise ValueError(str(error)) from error
        raise StoreUnavailableError(str(error)) from error


def _fits_nowhere(error: Exception) -> bool:
    """A value that no index can hold: it will not fit later either."""
    return isinstance(error.__cause__ or error, errors.ProgramLimitExceeded)


@dataclass(slots=True)
class PostgresUnit:
    """One unit of work on one connection; `cursor` is set under the store's lock."""

    recorder: Recorder
    clock: Clock
    connection: Connection[DictRow]
    cursor: Cursor[DictRow] | None = None

    def _reading(self) -> Cursor[DictRow]:
        return self.cursor or self.connection.cursor()

    def _writing(self) -> AbstractContextManager[Cursor[DictRow]]:
        if self.cursor is not None:
            return nullcontext(self.cursor)
        return self.recorder.locked(self.connection)

    def tracked(self, sources: Sequence[str]) -> dict[str, int]:
        """The next offset of each source that was ever tracked."""
        with translated():
            cursor = self._reading()
            cursor.execute(_TRACKED, (list(sources),))
            return {
                row["application_name"]: row["notification_id"]
                for row in cursor.fetchall()
            }

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        with translated():
            return read_known(self._reading(), wanted)

    def numbers(self, count: int) -> Iterator[int]:
        """Fresh interaction numbers; unused ones are gaps."""
        with translated():
            return read_numbers(self._reading(), count)

    def write(
        self, writes: Writes, parked: Sequence[Park], advances: Sequence[Advance]
    ) -> None:
        """Write everything in one transaction."""
        now = self.clock.now()
        stored = [enveloped(pending, now) for pending in writes.events]
        with translated(), self._writing() as cursor:
            write_decision(self.recorder, cursor, writes, stored)
            write(cursor, _PARKED, [self._parked_row(park) for park in parked])
            _advance(cursor, advances)

    def _parked_row(self, park: Park) -> tuple[Any, ...]:
        message = park.message
        item = _rejection_in(message.value)
        place = uuid5(NAMESPACE, f"parked/{message.source}/{message.offset}")
        return (
            item.rejection_id if item else place,
            message.cluster,
            message.topic,
            message.partition,
            message.offset,
            "rejected" if item else "message",
            _without_nul(item.connector) if item else "",
            _without_nul(park.reason),
            b"" if item else message.value,
            item.raw if item else b"",
            _without_nul(item.raw_blob) if item else "",
            Jsonb(_context(item) if item else {}),
            self.clock.now(),
        )


def _without_nul(text: str) -> str:
    """PostgreSQL's text knows no NUL; parking must not fail on what it parks."""
    return text.replace("\x00", "")


def _context(item: TouchpointRejected) -> dict[str, str]:
    return {_without_nul(k): _without_nul(v) for k, v in item.context.items()}


def _rejection_in(value: bytes) -> TouchpointRejected | None:
    try:
        item = codec.decode_wire(value)
    except codec.UndecodableError:
        return None
    return item if isinstance(item, TouchpointRejected) else None


def _advance(cursor: Cursor[DictRow], advances: Sequence[Advance]) -> None:
    if not advances:
        return
    sources = [a.source for a in advances]
    olds = [a.old for a in advances]
    cursor.execute(_ADVANCE, (sources, olds, [a.new for a in advances], sources, olds))
    if len(cursor.fetchall()) != len(advances):
        message = "another worker has moved the tracking of these partitions"
        raise StoreConflictError(message)


@dataclass(frozen=True, slots=True)
class PostgresIntakeStore:
    """Opens intake's units of work."""

    recorder: Recorder
    clock: Clock

    @contextmanager
    def optimistic(self) -> Iterator[PostgresUnit]:
        """Reads see committed data; only `write` takes the store's lock."""
        with translated(), self.recorder.datastore.get_connection() as connection:
            yield PostgresUnit(self.recorder, self.clock, connection)

    @contextmanager
    def exclusive(self) -> Iterator[PostgresUnit]:
        """The store's lock is held from the first read on."""
        with translated(), self.recorder.writing() as cursor:
            yield PostgresUnit(self.recorder, self.clock, cursor.connection, cursor)

    @contextmanager
    def rehearsal(self) -> Iterator[PostgresUnit]:
        """As `exclusive`, and nothing is kept."""
        with self.exclusive() as unit:
            yield unit
            if unit.cursor is not None:
                raise psycopg.Rollback
