"""Messages of ours in an interaction's view: held back, sent, repeated.

What is held back is here only: it enters the customer's history when it leaves.
"""

from typing import Final

import sqlalchemy as sa

from events.interaction import ReplyHeld, ReplySent, ReplyWithdrawn
from projections import columns as c
from projections.contract import Fact, Key, Row, metadata

HELD: Final = sa.Table(
    "interaction_held_v1",
    metadata,
    c.key("interaction_id"),
    c.key("touchpoint_id"),
    c.text("channel"),
    c.text("author"),
    c.time("occurred_at"),
    c.time("due_at"),
    c.text("receiver"),
    c.text("subject"),
    c.text("text"),
)


def held_key(fact: Fact) -> Key | None:
    """The held message that an event is about."""
    event = fact.record.event
    if isinstance(event, ReplyHeld | ReplyWithdrawn | ReplySent):
        return (fact.record.stream, event.touchpoint_id)
    return None


def evolve_held(_row: Row | None, fact: Fact) -> Row | None:
    """The row while it is held back; none before and after."""
    event, message = fact.record.event, fact.personal
    if not isinstance(event, ReplyHeld):
        return None
    return {
        "interaction_id": fact.record.stream,
        "touchpoint_id": event.touchpoint_id,
        "channel": event.channel,
        "author": event.author,
        "occurred_at": fact.record.occurred_at,
        "due_at": event.due_at,
        "receiver": message.to.value if message else "",
        "subject": message.subject if message else "",
        "text": message.text if message else "",
    }
