"""Customers who may be one, and what of shared identifiers each of them used.

Written by customer streams only. A suggestion's row goes when it is declined; what a
merge makes of a pair is joined when it is read.
"""

from typing import Final

import sqlalchemy as sa

from events.identification import (
    MergeSuggested,
    SharedIdentifierUsed,
    SuggestionDeclined,
)
from projections import columns as c
from projections.contract import Fact, Key, Row, metadata

MOST_EVIDENCE: Final = 10
"""Pieces of evidence that a suggestion keeps: the first ones."""

TABLE: Final = sa.Table(
    "merge_suggestion_v1",
    metadata,
    c.key("customer_id"),
    c.key("suggestion_id"),
    c.uuid("other_id"),
    c.text("level"),
    c.json("evidence"),
    c.time("suggested_at"),
    sa.Index("merge_suggestion_v1_order", "suggested_at", "suggestion_id"),
    sa.Index("merge_suggestion_v1_pair", "suggestion_id"),
)

USES: Final = sa.Table(
    "shared_identifier_use_v1",
    metadata,
    c.key("customer_id"),
    c.key("owner_id"),
    c.time("used_at"),
    sa.Index("shared_identifier_use_v1_owner", "owner_id"),
)


def key(fact: Fact) -> Key | None:
    """The pair that an event is about."""
    event = fact.record.event
    if isinstance(event, MergeSuggested | SuggestionDeclined):
        return (fact.record.stream, event.suggestion_id)
    return None


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The suggestion with one more piece of evidence, or None once it is declined."""
    event = fact.record.event
    if not isinstance(event, MergeSuggested):
        return None if isinstance(event, SuggestionDeclined) else row
    known = row["evidence"] if row else []
    strongest = "known" if row and row["level"] == "known" else event.level
    return {
        "customer_id": fact.record.stream,
        "suggestion_id": event.suggestion_id,
        "other_id": event.other,
        "level": strongest,
        "evidence": [*known, _piece(fact, event)][:MOST_EVIDENCE],
        "suggested_at": row["suggested_at"] if row else fact.record.occurred_at,
    }


def _piece(fact: Fact, event: MergeSuggested) -> dict[str, str]:
    said = fact.personal.identifier if fact.personal else None
    return {
        "level": event.level,
        "kind": said.kind if said else "",
        "value": said.value if said else "",
        "touchpoint_id": event.touchpoint_id.hex,
    }


def use_key(fact: Fact) -> Key | None:
    """Who used what of whose."""
    event = fact.record.event
    if isinstance(event, SharedIdentifierUsed):
        return (fact.record.stream, event.owner)
    return None


def evolve_use(row: Row | None, fact: Fact) -> Row | None:
    """The row of a use: set by the first."""
    event = fact.record.event
    if row is not None or not isinstance(event, SharedIdentifierUsed):
        return row
    return {
        "customer_id": fact.record.stream,
        "owner_id": event.owner,
        "used_at": fact.record.occurred_at,
    }
