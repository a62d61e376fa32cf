"""Write a decision: events, indexes, heads and raw input in one transaction."""

from datetime import datetime
from typing import Final

from psycopg import Cursor
from psycopg.rows import DictRow

from events import codec
from events.catalog import EVENTS
from events.envelope import Pending
from events.slices import slice_of
from hub.adapters.postgres.customer_groups import write_links
from hub.adapters.postgres.data_keys import write_keys
from hub.adapters.postgres.lookups import held_json, signals_json
from hub.adapters.postgres.person_rows import write_people
from hub.adapters.postgres.recorder import EnvelopedEvent, Recorder
from hub.adapters.postgres.rows import Target, write
from hub.domain.writes import Writes

_IDENTIFIERS: Final = Target(
    "touchline_store.identifier_index",
    (("kind", "text"), ("digest", "bytea"), ("customer", "uuid")),
)
_TOUCHPOINTS: Final = Target(
    "touchline_store.touchpoint_index",
    (("touchpoint", "uuid"), ("customer", "uuid"), ("interaction", "uuid")),
)
_MOVED_TOUCHPOINTS: Final = """
UPDATE touchline_store.touchpoint_index t SET interaction = w.interaction
FROM unnest(%b::uuid[], %b::uuid[]) AS w(touchpoint, interaction)
WHERE t.touchpoint = w.touchpoint
"""
_MARKS: Final = """
UPDATE touchline_store.identifier_index i SET mark = w.mark
FROM unnest(%b::text[], %b::bytea[], %b::uuid[]) AS w(kind, digest, mark)
WHERE i.kind = w.kind AND i.digest = w.digest
"""
_SHARED: Final = """
UPDATE touchline_store.identifier_index i SET shared = w.shared
FROM unnest(%b::text[], %b::bytea[], %b::boolean[]) AS w(kind, digest, shared)
WHERE i.kind = w.kind AND i.digest = w.digest
"""
_EVIDENCE: Final = Target(
    "touchline_store.merge_evidence",
    (
        ("digest", "bytea"),
        ("suggestion", "uuid"),
        ("customer", "uuid"),
        ("other", "uuid"),
        ("open", "boolean"),
    ),
)
_DECLINED: Final = """
UPDATE touchline_store.merge_evidence SET open = false
WHERE open AND suggestion = ANY(%b::uuid[])
"""
_THREAD_COLUMNS: Final = (
    ("scope", "bytea"),
    ("digest", "bytea"),
    ("touchpoint", "uuid"),
)
_THREADS: Final = Target("touchline_store.thread_index", _THREAD_COLUMNS)
_MOVING_THREADS: Final = Target(
    "touchline_store.thread_index",
    _THREAD_COLUMNS,
    "ON CONFLICT (scope, digest) DO UPDATE SET touchpoint = EXCLUDED.touchpoint",
)
_CUSTOMERS: Final = Target(
    "touchline_store.customer_head",
    (("customer", "uuid"), ("version", "bigint"), ("root", "uuid")),
    "ON CONFLICT (customer) DO UPDATE SET version = EXCLUDED.version",
)
_HEAD_COLUMNS: Final = (
    ("interaction", "uuid"),
    ("version", "bigint"),
    ("number", "bigint"),
    ("customer", "uuid"),
    ("state", "text"),
    ("queue", "text"),
    ("agent", "text"),
    ("waiting_since", "timestamptz"),
    ("last_contact_at", "timestamptz"),
    ("closed_at", "timestamptz"),
    ("disposition", "text"),
    ("contacts", "integer"),
    ("signals", "text"),
    ("follow_up_at", "timestamptz"),
    ("merged_into", "uuid"),
    ("for_group", "text"),
    ("held", "text"),
)
_DOCUMENTS: Final = ("signals", "held")
_CHANGING: Final = ", ".join(
    f"{name} = EXCLUDED.{name}" for name, _ in _HEAD_COLUMNS if name != "interaction"
)
_RAW: Final = Target(
    "touchline_store.raw_input",
    (
        ("touchpoint", "uuid"),
        ("received_at", "timestamptz"),
        ("raw", "bytea"),
        ("blob", "text"),
    ),
    "ON CONFLICT (touchpoint) DO NOTHING",
)

_INTERACTIONS: Final = f"""
INSERT INTO touchline_store.interaction_head ({", ".join(n for n, _ in _HEAD_COLUMNS)})
SELECT {", ".join(f"{n}::jsonb" if n in _DOCUMENTS else n for n, _ in _HEAD_COLUMNS)}
FROM unnest({", ".join(f"%b::{t}[]" for _, t in _HEAD_COLUMNS)})
    AS w({", ".join(n for n, _ in _HEAD_COLUMNS)})
ON CONFLICT (interaction) DO UPDATE SET {_CHANGING}
"""  # noqa: S608  (constants only)


def enveloped(pending: Pending, recorded_at: datetime) -> EnvelopedEvent:
    """A decided event, encoded, as the store takes it."""
    return EnvelopedEvent(
        originator_id=pending.stream,
        originator_version=pending.version,
        topic=EVENTS[type(pending.event)].type_name,
        state=codec.encode(pending.event),
        event_id=pending.event_id,
        slice=slice_of(pending.stream),
        occurred_at=pending.occurred_at,
        recorded_at=recorded_at,
        actor=pending.actor,
        correlation=pending.correlation,
        causation=pending.causation,
    )


def write_decision(
    recorder: Recorder,
    cursor: Cursor[DictRow],
    writes: Writes,
    stored: list[EnvelopedEvent],
) -> dict[int, int]:
    """Write all of it; answer the last position in each slice that was touched.

    `stored` are the events of `writes`, encoded beforehand, outside of the lock.
    """
    write_keys(cursor, writes)
    positions = recorder.append(cursor, stored)
    _write_indexes(cursor, writes)
    _write_heads(cursor, writes)
    write_people(cursor, writes.people.values())
    write(
        cursor,
        _RAW,
        [(t.touchpoint_id, t.received_at, t.raw, t.raw_blob) for t in writes.raw],
    )
    return {e.slice: p for e, p in zip(stored, positions, strict=True)}


def _write_indexes(cursor: Cursor[DictRow], writes: Writes) -> None:
    write(cursor, _IDENTIFIERS, [(*key, c) for key, c in writes.identifiers.items()])
    write(
        cursor,
        _TOUCHPOINTS,
        [(t, place.customer, place.interaction) for t, place in writes.places.items()],
    )
    write(cursor, _THREADS, [(*key, t) for key, t in writes.threads.items()])
    write(
        cursor,
        _MOVING_THREADS,
        [(*key, t) for key, t in writes.moving_threads.items()],
    )
    _write_corrections(cursor, writes)


def _write_corrections(cursor: Cursor[DictRow], writes: Writes) -> None:
    """What people put right: seldom, so that batches of intake hardly pass here."""
    if writes.moved:
        moved = list(writes.moved), list(writes.moved.values())
        cursor.execute(_MOVED_TOUCHPOINTS, moved)
    if writes.marks:
        kinds, digests = zip(*writes.marks, strict=True)
        marks = list(kinds), list(digests), list(writes.marks.values())
        cursor.execute(_MARKS, marks)
    write_links(cursor, writes.links)
    _write_identification(cursor, writes)


def _write_identification(cursor: Cursor[DictRow], writes: Writes) -> None:
    evidence = [(digest, *said) for digest, said in writes.evidence.items()]
    write(cursor, _EVIDENCE, evidence)
    if writes.shared:
        kinds, digests = zip(*writes.shared, strict=True)
        shared = list(kinds), list(digests), list(writes.shared.values())
        cursor.execute(_SHARED, shared)
    if writes.declined:
        cursor.execute(_DECLINED, (list(writes.declined),))


def _write_heads(cursor: Cursor[DictRow], writes: Writes) -> None:
    write(
        cursor,
        _CUSTOMERS,
        [
            (customer, version, customer)
            for customer, version in writes.customers.items()
        ],
    )
    rows = [
        (
            head.interaction,
            head.version,
            head.number,
            head.customer,
            head.lifecycle.state,
            head.lifecycle.queue,
            head.lifecycle.agent,
            head.lifecycle.waiting_since,
            head.lifecycle.last_contact_at,
            head.lifecycle.closed_at,
            head.lifecycle.disposition,
            head.lifecycle.contacts,
            signals_json(head.lifecycle),
            head.lifecycle.follow_up_at,
            head.lifecycle.merged_into,
            head.lifecycle.for_group,
            held_json(head.lifecycle),
        )
        for head in writes.interactions.values()
    ]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(_INTERACTIONS, columns, prepare=True)
