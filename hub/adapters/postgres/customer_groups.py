"""Which customers are one person: links, the roots that follow, and who is in a group.

Links change under the store's lock, and roots with them: so a root is right whatever
happens at once.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import DictRow

from hub.domain.known import CustomerHead, Group, Link

IS_GROUPED: Final = """
EXISTS (SELECT 1 FROM touchline_store.customer_head m
        WHERE m.root = h.root AND m.root <> m.customer)
"""
"""Whether the customer of head `h` is one person with others."""

_HEADS: Final = """
SELECT h.customer, h.version, h.root, h.erased, l.merged_into, l.merge_id, l.merged_by
FROM touchline_store.customer_head h
LEFT JOIN touchline_store.customer_link l USING (customer)
WHERE h.customer = ANY(%(wanted)s::uuid[]) OR h.customer = ANY(ARRAY(
    SELECT root FROM touchline_store.customer_head WHERE customer = ANY(%(wanted)s)))
"""
_MEMBERS: Final = """
WITH members (root, customer) AS (
    SELECT w.root, w.root FROM unnest(%b::uuid[]) AS w(root)
    UNION ALL
    SELECT h.root, h.customer FROM unnest(%b::uuid[]) AS w(root)
    JOIN touchline_store.customer_head h USING (root) WHERE h.root <> h.customer
)
SELECT m.root, m.customer, i.digest FROM members m
LEFT JOIN touchline_store.identifier_index i
    ON i.customer = m.customer AND NOT i.shared
"""
_LINK: Final = """
INSERT INTO touchline_store.customer_link (customer, merged_into, merge_id, merged_by)
VALUES (%s, %s, %s, %s)
"""
_UNLINK: Final = "DELETE FROM touchline_store.customer_link WHERE customer = %s"

# UNION, not UNION ALL: whatever the links say, this comes to an end.
_ROOTS: Final = """
WITH RECURSIVE below (customer) AS (
    SELECT %(changed)s::uuid
    UNION
    SELECT l.customer FROM below JOIN touchline_store.customer_link l
        ON l.merged_into = below.customer
)
UPDATE touchline_store.customer_head h SET root = coalesce(
    (SELECT r.root FROM touchline_store.customer_link l
     JOIN touchline_store.customer_head r ON r.customer = l.merged_into
     WHERE l.customer = %(changed)s), %(changed)s)
FROM below WHERE h.customer = below.customer
"""


def read_customer_heads(
    cursor: Cursor[DictRow], customers: Iterable[UUID]
) -> dict[UUID, CustomerHead]:
    """Heads of customers and of their roots, as of one moment."""
    cursor.execute(_HEADS, {"wanted": list(customers)})
    return {row["customer"]: _head(row) for row in cursor.fetchall()}


def _head(row: dict[str, Any]) -> CustomerHead:
    into = row["merged_into"]
    link = Link(into, row["merge_id"], row["merged_by"]) if into else None
    return CustomerHead(
        row["customer"], row["version"], row["root"], link, row["erased"]
    )


def read_groups(
    cursor: Cursor[DictRow], roots: Mapping[UUID, UUID]
) -> dict[UUID, Group]:
    """The groups of customers whose roots are given."""
    wanted = sorted(set(roots.values()))
    cursor.execute(_MEMBERS, (wanted, wanted), prepare=True, binary=True)
    members: dict[UUID, set[UUID]] = {}
    scopes: dict[UUID, set[bytes]] = {}
    for row in cursor.fetchall():
        members.setdefault(row["root"], set()).add(row["customer"])
        found = scopes.setdefault(row["root"], set())
        if row["digest"] is not None:
            found.add(bytes(row["digest"]))
    groups = {
        root: Group(frozenset(found), tuple(sorted(scopes[root])))
        for root, found in members.items()
    }
    return {one: groups[root] for one, root in roots.items()}


def write_links(cursor: Cursor[DictRow], links: Mapping[UUID, Link | None]) -> None:
    """Store what customers are parts of, and whom they and theirs belong to now."""
    for customer, link in links.items():
        cursor.execute(_UNLINK, (customer,))
        if link is not None:
            cursor.execute(_LINK, (customer, *link))
        cursor.execute(_ROOTS, {"changed": customer})
