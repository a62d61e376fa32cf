"""Merges of customers: which is a part of which since when, and those that were undone.

Written by the streams of the parts only. Whom a customer belongs to in the end is not
in here: it follows from several streams, and the store's heads have it.
"""

from typing import Final

import sqlalchemy as sa

from events.merging import CustomerMerged, CustomerUnmerged
from projections import columns as c
from projections.contract import Fact, Key, Row, metadata

TABLE: Final = sa.Table(
    "customer_merge_v1",
    metadata,
    c.key("customer_id"),
    c.key("merge_id"),
    c.uuid("merged_into"),
    c.time("merged_at"),
    c.text("merged_by"),
    c.text("why"),
    c.time("undone_at", nullable=True),
    c.text("undone_by"),
    c.text("undone_why"),
    sa.Index("customer_merge_v1_into", "merged_into"),
)


def key(fact: Fact) -> Key | None:
    """The merge that makes a customer a part, or that is undone."""
    event = fact.record.event
    if isinstance(event, CustomerMerged | CustomerUnmerged):
        return (fact.record.stream, event.merge_id)
    return None


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The merge's row; what is undone on the stream of the whole has none."""
    event, record = fact.record.event, fact.record
    said = fact.personal.text if fact.personal else ""
    if isinstance(event, CustomerMerged):
        return {
            "customer_id": record.stream,
            "merge_id": event.merge_id,
            "merged_into": event.into,
            "merged_at": record.occurred_at,
            "merged_by": record.actor,
            "why": said,
            "undone_at": None,
            "undone_by": "",
            "undone_why": "",
        }
    if row is None:
        return None
    return {
        **row,
        "undone_at": record.occurred_at,
        "undone_by": record.actor,
        "undone_why": said,
    }
