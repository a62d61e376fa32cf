"""Rows of stored keys: read with what they seal, written in its transaction."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import DictRow

from events.envelope import Pending
from events.linking import AttributionUndone, InteractionAttributed
from events.sealing import Keyring
from hub.adapters.postgres.rows import Target, write
from hub.application.intake import StoreConflictError
from hub.domain.writes import Writes

CURRENT: Final = """
SELECT id FROM touchline_keys.masters ORDER BY created_at DESC, id LIMIT 1
"""
"""The master key that new keys are wrapped under."""

OF_SCOPES: Final = f"""
SELECT k.scope, k.key_id, k.wrapped, k.master
FROM unnest(%b::uuid[]) AS w(scope) JOIN touchline_keys.data_keys k USING (scope)
UNION ALL SELECT NULL, NULL, NULL, ({CURRENT})
"""  # noqa: S608  (constants only)

OF_EVENTS: Final = """
SELECT NULL::uuid AS event_id, key_id, wrapped, master FROM touchline_keys.data_keys
WHERE key_id = ANY(%s::uuid[])
UNION ALL
SELECT event_id, key_id, wrapped, master FROM touchline_keys.event_keys
WHERE event_id = ANY(%s::uuid[])
"""
"""Keys by id; and those of events whose data key may be gone, by event."""

_CHECK: Final = f"""
SELECT (SELECT count(*) FROM touchline_keys.data_keys WHERE key_id = ANY(%b::uuid[]))
    AS found, ({CURRENT}) AS current
"""  # noqa: S608  (constants only)
_KEYS: Final = """
INSERT INTO touchline_keys.data_keys (key_id, scope, customer, wrapped, master)
SELECT w.key_id, w.scope, coalesce(a.customer, w.customer), w.wrapped, w.master
FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::bytea[], %b::text[])
    AS w(key_id, scope, customer, wrapped, master)
LEFT JOIN touchline_keys.attributed a USING (scope)
"""
_ATTRIBUTED: Final = Target(
    "touchline_keys.attributed",
    (("scope", "uuid"), ("customer", "uuid")),
    "ON CONFLICT (scope) DO UPDATE SET customer = EXCLUDED.customer",
)
_OWN_DATA: Final = """
UPDATE touchline_keys.data_keys k SET customer = w.customer
FROM unnest(%b::uuid[], %b::uuid[]) AS w(scope, customer) WHERE k.scope = w.scope
"""
_OWN_EVENTS: Final = """
UPDATE touchline_keys.event_keys k SET customer = w.customer
FROM unnest(%b::uuid[], %b::uuid[]) AS w(scope, customer) WHERE k.scope = w.scope
"""


def write_keys(cursor: Cursor[DictRow], writes: Writes) -> None:
    """Store new keys, and see to it that the others which sealed are still there.

    Under the store's lock, as whoever deletes keys: so nothing is ever stored that a
    deleted key sealed.

    Raises:
        StoreConflictError: a key was deleted, or another master key wraps by now.
    """
    ring = writes.keys
    if ring.taken:
        _check(cursor, ring)
    if ring.made:
        _write_new(cursor, writes)
    _re_own(cursor, writes.events)


def _check(cursor: Cursor[DictRow], ring: Keyring) -> None:
    used = ring.old
    cursor.execute(_CHECK, (list(used),), prepare=True)
    row = cursor.fetchone()
    if row is None or row["found"] < len(used):
        raise StoreConflictError("a key that sealed something was deleted")
    if any(new.master != row["current"] for new in ring.made.values()):
        raise StoreConflictError("the master key was rotated")


def _write_new(cursor: Cursor[DictRow], writes: Writes) -> None:
    made = writes.keys.made
    scopes = list(made)
    columns = (
        [new.id for new in made.values()],
        scopes,
        [_owner(writes, scope) for scope in scopes],
        [new.wrapped for new in made.values()],
        [new.master for new in made.values()],
    )
    cursor.execute(_KEYS, columns, prepare=True)


def _owner(writes: Writes, scope: UUID) -> UUID:
    """Whose a scope is: the interaction's customer, or the customer itself."""
    head = writes.interactions.get(scope)
    return scope if head is None else head.customer


def _re_own(cursor: Cursor[DictRow], events: Iterable[Pending]) -> None:
    """Keys of what belongs to another customer now are theirs to delete."""
    owners = {
        one.stream: one.event.customer_id
        for one in events
        if isinstance(one.event, InteractionAttributed | AttributionUndone)
    }
    if not owners:
        return
    write(cursor, _ATTRIBUTED, list(owners.items()))
    columns = list(owners), list(owners.values())
    cursor.execute(_OWN_DATA, columns)
    cursor.execute(_OWN_EVENTS, columns)


def delete_keys(cursor: Cursor[DictRow], customer: UUID) -> int:
    """Delete every key that a customer owns; answer how many that were.

    The cursor is one of `Recorder.writing`, that holds the store's lock.
    """
    deleted = 0
    for table in ("data_keys", "event_keys"):
        cursor.execute(
            f"DELETE FROM touchline_keys.{table} WHERE customer = %s",  # noqa: S608
            (customer,),
        )
        deleted += cursor.rowcount
    return deleted
