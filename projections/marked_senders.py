"""Senders whose messages are spam, as long as they are marked.

Written by customer streams only; a row goes with its mark.
"""

from typing import Final

import sqlalchemy as sa

from events.customer import SenderMarked, SenderUnmarked
from projections import columns as c
from projections.contract import Fact, Key, Row, metadata

TABLE: Final = sa.Table(
    "marked_sender_v1",
    metadata,
    c.key("customer_id"),
    c.key("mark_id"),
    c.text("kind"),
    c.text("value"),
    c.text("name"),
    c.uuid("interaction_id"),
    c.text("actor"),
    c.time("marked_at"),
)


def key(fact: Fact) -> Key | None:
    """The mark that an event sets or takes away."""
    event = fact.record.event
    if isinstance(event, SenderMarked | SenderUnmarked):
        return (fact.record.stream, event.mark_id)
    return None


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The mark's row, or None once it is gone."""
    event = fact.record.event
    if not isinstance(event, SenderMarked):
        return None if isinstance(event, SenderUnmarked) else row
    said = fact.personal
    return {
        "customer_id": fact.record.stream,
        "mark_id": event.mark_id,
        "kind": event.kind,
        "value": said.identifier.value if said else "",
        "name": said.name if said else "",
        "interaction_id": event.interaction_id,
        "actor": fact.record.actor,
        "marked_at": fact.record.occurred_at,
    }
