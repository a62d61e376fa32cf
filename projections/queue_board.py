"""The queue board: one row per interaction, small and hot.

Written by interaction streams only. Customers' names are joined at query time.
"""

from typing import Any, Final

import sqlalchemy as sa

from events.catalog import EVENTS, INTERACTION_TYPES
from events.interaction import DeliveryReported, InteractionOpened
from projections import columns as c
from projections.contract import Fact, Projection, ReadTable, Row, by_stream, metadata
from projections.lifecycle_row import lifecycle_columns, moved

TABLE: Final = sa.Table(
    "queue_board_v1",
    metadata,
    c.key("interaction_id"),
    c.number("number"),
    c.uuid("customer_id"),
    c.text("channel"),
    c.text("subject"),
    c.text("sender"),
    c.time("opened_at"),
    *lifecycle_columns(),
    sa.Index("queue_board_v1_open", "queue", "waiting_since", "interaction_id",
             postgresql_include=["follow_up_at"],
             postgresql_where=sa.text("state <> 'closed'")),
    sa.Index("queue_board_v1_waiting", "waiting_since", "interaction_id",
             postgresql_where=sa.text("waiting_since IS NOT NULL")),
    sa.Index("queue_board_v1_priority", "priority", "waiting_since", "interaction_id",
             postgresql_where=sa.text("waiting_since IS NOT NULL")),
    sa.Index("queue_board_v1_channel", "channel", "waiting_since", "interaction_id",
             postgresql_where=sa.text("waiting_since IS NOT NULL")),
    sa.Index("queue_board_v1_number", "number", "interaction_id",
             postgresql_where=sa.text("state <> 'closed'")),
    sa.Index("queue_board_v1_later", "follow_up_at", "interaction_id",
             postgresql_where=sa.text("follow_up_at IS NOT NULL")),
    sa.Index("queue_board_v1_tags", "tags", postgresql_using="gin",
             postgresql_where=sa.text("state <> 'closed' AND tags <> '[]'::jsonb")),
    sa.Index("queue_board_v1_agent", "agent", "interaction_id",
             postgresql_where=sa.text("state IN ('handling', 'wrap_up', 'deferred')")),
    sa.Index("queue_board_v1_group", "for_group", "waiting_since", "interaction_id",
             postgresql_where=sa.text("for_group <> ''")),
    sa.Index("queue_board_v1_due", "due_at", "interaction_id",
             postgresql_where=sa.text("due_at IS NOT NULL")),
    sa.Index("queue_board_v1_calls", "call_heard_at", "interaction_id",
             postgresql_where=sa.text("call_heard_at IS NOT NULL")),
    postgresql_with=c.OFTEN_CHANGED,
)  # fmt: skip


def _opened(fact: Fact, event: InteractionOpened) -> Row:
    address = fact.personal
    sender = address.identifier if address else None
    return {
        "interaction_id": fact.record.stream,
        "number": event.number,
        "customer_id": event.customer_id,
        "channel": event.channel,
        "subject": address.subject if address else "",
        "sender": sender.value if sender else "",
        "opened_at": fact.record.occurred_at,
    }


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The board's row after one event of its interaction."""
    event = fact.record.event
    if isinstance(event, InteractionOpened):
        return moved(_opened(fact, event), fact)
    return None if row is None else moved(row, fact)


def _touches(fact: Fact) -> tuple[str, Any]:
    return "interaction", fact.record.stream


PROJECTION: Final = Projection(
    name="queue_board",
    version=1,
    tables=(ReadTable(TABLE, by_stream, evolve),),
    types=INTERACTION_TYPES - {EVENTS[DeliveryReported].type_name},
    touches=_touches,
)
