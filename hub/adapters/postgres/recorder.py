"""The event store: eventsourcing's PostgreSQL recorder with our `insert_events`.

Ours takes an advisory lock in place of `LOCK TABLE` (which collides with autovacuum)
and writes without a pipeline (which deadlocks on large batches). Position order equals
commit order as long as every writer comes through here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from typing_extensions import override

STORE_LOCK: Final = 0x746F7563686C
"""Key of the transaction-level advisory lock that every writer takes first."""

BY_KEY: Final = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"

CHANNEL: Final = "touchline_events"
"""NOTIFY channel: a hint that something was stored, never the only way to see it."""

_INSERT: Final = """
INSERT INTO touchline_store.events
    (originator_id, originator_version, topic, state, event_id, slice,
     occurred_at, recorded_at, actor, correlation, causation)
SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[], %b::uuid[],
    %b::smallint[], %b::timestamptz[], %b::timestamptz[], %b::text[], %b::uuid[],
    %b::uuid[])
RETURNING notification_id
"""


@dataclass(frozen=True)
class EnvelopedEvent(StoredEvent):
    """A stored event with its envelope; all times aware and UTC."""

    event_id: UUID
    slice: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation: UUID
    causation: UUID


class Recorder(PostgresProcessRecorder):
    """Application and process recorder of the hub."""

    @contextmanager
    def writing(self) -> Iterator[Cursor[DictRow]]:
        """A transaction that holds the store's lock; commits when it ends well."""
        with (
            self.datastore.get_connection() as connection,
            self.locked(connection) as cursor,
        ):
            yield cursor

    @contextmanager
    def locked(self, connection: Connection[DictRow]) -> Iterator[Cursor[DictRow]]:
        """As `writing`, on a connection that one has already."""
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{self.datastore.lock_timeout}s'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (STORE_LOCK,))
            yield cursor

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append in one transaction; `tracking` moves with it.

        Raises:
            eventsourcing.persistence.IntegrityError: a version or the tracking is
                taken.
        """
        tracking: Tracking | None = kwargs.get("tracking")
        with self.writing() as cursor:
            positions = self.append(cursor, stored_events)
            if tracking is not None:
                self._insert_tracking(cursor, tracking)
        return positions

    def append(
        self, cursor: Cursor[DictRow], stored_events: Sequence[StoredEvent]
    ) -> list[int]:
        """Append within a transaction of `writing`; answer the positions in order."""
        if not stored_events:
            return []
        cursor.execute(_INSERT, _columns(stored_events), prepare=True)
        positions = [row["notification_id"] for row in cursor.fetchall()]
        cursor.execute(f"NOTIFY {CHANNEL}")
        return positions


def _columns(events: Sequence[StoredEvent]) -> tuple[list[Any], ...]:
    enveloped = [e for e in events if isinstance(e, EnvelopedEvent)]
    if len(enveloped) != len(events):
        message = "events without an envelope cannot be stored"
        raise TypeError(message)
    return (
        [e.originator_id for e in enveloped],
        [e.originator_version for e in enveloped],
        [e.topic for e in enveloped],
        [e.state for e in enveloped],
        [e.event_id for e in enveloped],
        [e.slice for e in enveloped],
        [e.occurred_at for e in enveloped],
        [e.recorded_at for e in enveloped],
        [e.actor for e in enveloped],
        [e.correlation for e in enveloped],
        [e.causation for e in enveloped],
    )


def open_recorder(dsn: str, *, pool_size: int = 2) -> Recorder:
    """A recorder on the database of a libpq URL; its tables exist already."""
    return Recorder(
        datastore_of(dsn, pool_size),
        events_table_name="events",
        tracking_table_name="tracking",
    )


def datastore_of(dsn: str, pool_size: int) -> PostgresDatastore:
    """The library's pool of connections to a libpq URL; none is open yet."""
    datastore = PostgresDatastore(
        dbname="",
        host="",
        port="",
        user="",
        password="",
        schema="touchline_store",
        pool_size=pool_size,
        max_overflow=4,
        lock_timeout=5,
        idle_in_transaction_session_timeout=30,
        pre_ping=True,
    )
    # The library takes five parts of an address; libpq knows many more, such as
    # sslmode, and what is meant by those that are missing.
    datastore.pool.conninfo = _by_key(dsn)
    # The next request connects at once when the database is back, however long it was
    # away; the pool's own pauses grow to minutes.
    datastore.pool.reconnect_timeout = 0
    datastore.pool.kwargs = {"row_factory": dict_row}
    return datastore


def _by_key(dsn: str) -> str:
    """The address, with plans that look rows up by key.

    A plan that is made while a table is small is kept while it grows; one that reads
    all of the table would cost more with every event.
    """
    given = conninfo_to_dict(dsn).get("options") or ""
    return make_conninfo(dsn, options=f"{BY_KEY} {given}")
