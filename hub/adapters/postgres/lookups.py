"""Read what a batch is decided on: one SELECT for each kind of key."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import DictRow

from events import held
from events.calls import from_stored, to_stored
from events.lifecycle import Lifecycle
from hub.adapters.postgres.customer_groups import IS_GROUPED, read_groups
from hub.domain.known import InteractionHead, Known, Place, ThreadKey, Wanted

_IDENTIFIERS: Final = f"""
SELECT i.kind, i.digest, i.customer, i.mark, i.shared, h.version, h.root,
    {IS_GROUPED} AS grouped
FROM unnest(%b::text[], %b::bytea[]) AS w(kind, digest)
JOIN touchline_store.identifier_index i USING (kind, digest)
JOIN touchline_store.customer_head h ON h.customer = i.customer
"""  # noqa: S608  (constants only)

_EVIDENCE: Final = """
SELECT digest FROM touchline_store.merge_evidence WHERE digest = ANY(%b::bytea[])
"""

_HEAD: Final = """
h.interaction, h.version, h.number, h.customer AS owner, h.state, h.queue, h.agent,
h.waiting_since, h.last_contact_at, h.closed_at, h.disposition, h.contacts, h.signals,
h.follow_up_at, h.merged_into, h.for_group, h.held
"""

_THREADS: Final = f"""
SELECT t.scope, t.digest, t.touchpoint, p.customer, {_HEAD}
FROM unnest(%b::bytea[], %b::bytea[]) AS w(scope, digest)
JOIN touchline_store.thread_index t USING (scope, digest)
JOIN touchline_store.touchpoint_index p ON p.touchpoint = t.touchpoint
JOIN touchline_store.interaction_head h ON h.interaction = p.interaction
"""  # noqa: S608  (constants only)

_TOUCHPOINTS: Final = f"""
SELECT p.touchpoint, p.customer, {_HEAD}
FROM unnest(%b::uuid[]) AS w(touchpoint)
JOIN touchline_store.touchpoint_index p USING (touchpoint)
JOIN touchline_store.interaction_head h ON h.interaction = p.interaction
"""  # noqa: S608  (constants only)

_HEADS: Final = f"""
SELECT {_HEAD} FROM touchline_store.interaction_head h
WHERE h.interaction = ANY(%b::uuid[])
"""  # noqa: S608  (constants only)

# UNION, not UNION ALL: whatever the heads say, this comes to an end.
_MERGED: Final = f"""
WITH RECURSIVE into_ (interaction) AS (
    SELECT unnest(%b::uuid[])
    UNION
    SELECT h.merged_into FROM into_ JOIN touchline_store.interaction_head h
        USING (interaction) WHERE h.merged_into IS NOT NULL
)
SELECT {_HEAD} FROM into_ JOIN touchline_store.interaction_head h USING (interaction)
"""  # noqa: S608  (constants only)

_CUSTOMERS: Final = """
SELECT customer, version FROM touchline_store.customer_head
WHERE customer = ANY(%b::uuid[])
"""
_NUMBERS: Final = """
SELECT nextval('touchline_store.interaction_number') AS number
FROM generate_series(1, %s)
"""


def read_known(cursor: Cursor[DictRow], wanted: Wanted) -> Known:
    """Index entries and heads for the wanted keys."""
    known = Known()
    _read_identifiers(cursor, wanted, known)
    _read_threads(cursor, wanted.threads | _of_same_person(known, wanted), known)
    _read_touchpoints(cursor, wanted.touchpoints, known)
    _read_merged(cursor, known)
    if wanted.evidence:
        cursor.execute(_EVIDENCE, (list(wanted.evidence),), prepare=True, binary=True)
        known.evidence.update(bytes(row["digest"]) for row in cursor.fetchall())
    if wanted.owners or known.shared:
        owners = {head.customer for head in known.interactions.values()}
        known.customers |= read_customers(cursor, owners)
    return known


def _read_identifiers(cursor: Cursor[DictRow], wanted: Wanted, known: Known) -> None:
    if not wanted.identifiers:
        return
    kinds, digests = zip(*wanted.identifiers, strict=True)
    cursor.execute(
        _IDENTIFIERS, (list(kinds), list(digests)), prepare=True, binary=True
    )
    rows = cursor.fetchall()
    for row in rows:
        key = row["kind"], bytes(row["digest"])
        owned = known.shared if row["shared"] else known.identifiers
        owned[key] = row["customer"]
        if row["mark"] is not None:
            known.marked.add(key)
        known.customers[row["customer"]] = row["version"]
    roots = {row["customer"]: row["root"] for row in rows if row["grouped"]}
    if roots:
        known.groups = read_groups(cursor, roots)


def _of_same_person(known: Known, wanted: Wanted) -> set[ThreadKey]:
    """The wanted thread keys within all scopes of senders in groups."""
    if not known.groups:
        return set()
    same = {key[1]: known.scopes(key) for key in known.identifiers}
    return {(s, d) for scope, d in wanted.threads for s in same.get(scope, ())}


def _read_threads(
    cursor: Cursor[DictRow], threads: Collection[ThreadKey], known: Known
) -> None:
    if not threads:
        return
    scopes, digests = zip(*threads, strict=True)
    cursor.execute(_THREADS, (list(scopes), list(digests)), prepare=True, binary=True)
    for row in cursor.fetchall():
        known.threads[bytes(row["scope"]), bytes(row["digest"])] = row["touchpoint"]
        _remember(known, row)


def _read_touchpoints(
    cursor: Cursor[DictRow], touchpoints: Iterable[UUID], known: Known
) -> None:
    cursor.execute(_TOUCHPOINTS, (list(touchpoints),), prepare=True, binary=True)
    for row in cursor.fetchall():
        _remember(known, row)


def _read_merged(cursor: Cursor[DictRow], known: Known) -> None:
    """What the heads are parts of: a statement of its own, and only if there is any."""
    parts = (head.lifecycle.merged_into for head in known.interactions.values())
    missing = {into for into in parts if into and into not in known.interactions}
    if not missing:
        return
    cursor.execute(_MERGED, (list(missing),), prepare=True, binary=True)
    for row in cursor.fetchall():
        known.interactions[row["interaction"]] = head_of(row)


def _remember(known: Known, row: dict[str, Any]) -> None:
    head = head_of(row)
    known.places[row["touchpoint"]] = Place(row["customer"], head.interaction)
    known.interactions[head.interaction] = head


def head_of(row: dict[str, Any]) -> InteractionHead:
    """The head that a row of `interaction_head` holds."""
    return InteractionHead(
        interaction=row["interaction"],
        version=row["version"],
        number=row["number"],
        customer=row["owner"],
        lifecycle=Lifecycle(
            state=row["state"],
            queue=row["queue"],
            agent=row["agent"],
            waiting_since=row["waiting_since"],
            last_contact_at=row["last_contact_at"],
            closed_at=row["closed_at"],
            disposition=row["disposition"],
            contacts=row["contacts"],
            signals=tuple(map(from_stored, row["signals"])),
            follow_up_at=row["follow_up_at"],
            merged_into=row["merged_into"],
            for_group=row["for_group"],
            held=tuple(map(held.from_stored, row["held"])),
        ),
    )


def signals_json(lifecycle: Lifecycle) -> str:
    """The stored form of a lifecycle's call signals."""
    return json.dumps([to_stored(signal) for signal in lifecycle.signals])


def held_json(lifecycle: Lifecycle) -> str:
    """The stored form of a lifecycle's replies that are held back."""
    return json.dumps([held.to_stored(one) for one in lifecycle.held])


def read_heads(
    cursor: Cursor[DictRow], interactions: Iterable[UUID]
) -> dict[UUID, InteractionHead]:
    """Heads of interactions; the unknown ones are missing."""
    cursor.execute(_HEADS, (list(interactions),), prepare=True, binary=True)
    return {row["interaction"]: head_of(row) for row in cursor.fetchall()}


def read_customers(
    cursor: Cursor[DictRow], customers: Iterable[UUID]
) -> dict[UUID, int]:
    """Versions of customers' streams; the unknown ones are missing."""
    cursor.execute(_CUSTOMERS, (list(customers),), prepare=True, binary=True)
    return {row["customer"]: row["version"] for row in cursor.fetchall()}


def read_numbers(cursor: Cursor[DictRow], count: int) -> Iterator[int]:
    """Fresh interaction numbers; none is no statement."""
    if not count:
        return iter(())
    cursor.execute(_NUMBERS, (count,))
    return iter([row["number"] for row in cursor.fetchall()])
