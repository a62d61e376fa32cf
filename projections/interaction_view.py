"""An interaction in full: its state, how to answer it, and its messages' fates.

Written by interaction streams only. What was said is in the customer timeline and is
joined by touchpoint id; notes are here, since customers' histories do not have them.
"""

from typing import Any, Final

import sqlalchemy as sa

from events.catalog import INTERACTION_TYPES
from events.delivery import QUEUED, rises
from events.envelope import CONNECTOR
from events.interaction import (
    DeliveryReported,
    InteractionOpened,
    NoteAdded,
    ReplyRepeated,
    ReplySent,
    TouchpointAttached,
)
from events.linking import SplitUndone, TouchpointsSplitOff
from events.personal import PersonalAddress
from projections import calls
from projections import columns as c
from projections.contract import (
    Fact,
    Key,
    Projection,
    ReadTable,
    Row,
    by_stream,
    metadata,
    never,
)
from projections.interaction_steps import TABLE as STEPS
from projections.interaction_steps import evolve as evolve_step
from projections.interaction_steps import key as step_key
from projections.lifecycle_row import lifecycle_columns, moved
from projections.written import HELD, evolve_held, held_key

VIEW: Final = sa.Table(
    "interaction_view_v1",
    metadata,
    c.key("interaction_id"),
    c.number("number"),
    c.uuid("customer_id"),
    c.uuid("opened_for"),
    c.text("channel"),
    c.text("subject"),
    c.json("address"),
    c.uuid("linked_to", nullable=True),
    c.uuid("split_from", nullable=True),
    c.time("opened_at"),
    c.number("version"),
    *lifecycle_columns(),
    sa.Index("interaction_view_v1_number", "number"),
    sa.Index("interaction_view_v1_customer", "customer_id"),
    sa.Index(
        "interaction_view_v1_attributed",
        "opened_for",
        postgresql_where=sa.text("opened_for <> customer_id"),
    ),
    sa.Index(
        "interaction_view_v1_received",
        "customer_id",
        postgresql_where=sa.text("opened_for <> customer_id"),
    ),
    sa.Index(
        "interaction_view_v1_parts",
        "merged_into",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    ),
    postgresql_with=c.OFTEN_CHANGED,
)

MESSAGES: Final = sa.Table(
    "interaction_message_v1",
    metadata,
    c.key("interaction_id"),
    c.key("touchpoint_id"),
    c.text("channel"),
    c.text("direction"),
    c.text("author"),
    c.text("automatic"),
    c.time("occurred_at"),
    c.number("position"),
    c.text("delivery"),
    c.text("delivery_detail"),
    c.uuid("again", nullable=True),
)

NOTES: Final = sa.Table(
    "interaction_note_v1",
    metadata,
    c.key("interaction_id"),
    c.key("note_id"),
    c.text("author"),
    c.time("occurred_at"),
    c.number("position"),
    c.text("text"),
    c.json("mentions"),
    sa.Index("interaction_note_v1_mentions", "mentions", postgresql_using="gin",
             postgresql_where=sa.text("mentions <> '[]'::jsonb")),
)  # fmt: skip


def _address(personal: PersonalAddress | None) -> Row:
    if personal is None:
        return {}
    who = personal.identifier
    return {
        "identifier": who and {"kind": who.kind, "value": who.value, "raw": who.raw},
        "name": personal.name,
        "from_address": personal.from_address,
        "subject": personal.subject,
        "message_id": personal.message_id,
        "references": personal.references,
    }


def _opened(fact: Fact, event: InteractionOpened) -> Row:
    return {
        "interaction_id": fact.record.stream,
        "number": event.number,
        "customer_id": event.customer_id,
        "opened_for": event.customer_id,
        "channel": event.channel,
        "subject": fact.personal.subject if fact.personal else "",
        "address": _address(fact.personal),
        "linked_to": event.linked_to,
        "split_from": event.split_from,
        "opened_at": fact.record.occurred_at,
    }


def evolve_view(row: Row | None, fact: Fact) -> Row | None:
    """The interaction's row after one of its events."""
    event = fact.record.event
    if isinstance(event, InteractionOpened):
        row = _opened(fact, event)
    elif row is None:
        return None
    elif _answered_elsewhere(event):
        row = {**row, "address": _address(fact.personal)}
    return {**moved(row, fact), "version": fact.record.version}


def _answered_elsewhere(event: object) -> bool:
    """Whether an event seals whom an answer goes to from now on."""
    if isinstance(event, TouchpointAttached):
        return event.direction == "in"
    return isinstance(event, TouchpointsSplitOff | SplitUndone)


def message_key(fact: Fact) -> Key | None:
    """The message that an event is about."""
    event = fact.record.event
    match event:
        case InteractionOpened() if _is_ours(fact, event):
            # We wrote first: the message has its row when it is sent.
            return None
        case InteractionOpened() | TouchpointAttached() | ReplySent():
            return (fact.record.stream, event.touchpoint_id)
        case DeliveryReported() | ReplyRepeated():
            return (fact.record.stream, event.outbound_id)
        case _:
            return None


def _is_ours(fact: Fact, event: InteractionOpened) -> bool:
    by_hand = not fact.record.actor.startswith(CONNECTOR)
    return by_hand and event.direction == "out" and event.channel in {"email", "sms"}


def evolve_message(row: Row | None, fact: Fact) -> Row | None:
    """The message's row: set once; then its delivery rises, or it is repeated."""
    event = fact.record.event
    if isinstance(event, DeliveryReported | ReplyRepeated):
        return None if row is None else _reported(row, fact, event)
    if not isinstance(event, InteractionOpened | TouchpointAttached | ReplySent):
        return row
    sent = isinstance(event, ReplySent)
    noted_later = event.contact_at if isinstance(event, InteractionOpened) else None
    return {
        "interaction_id": fact.record.stream,
        "touchpoint_id": event.touchpoint_id,
        "channel": event.channel,
        "direction": "out" if isinstance(event, ReplySent) else event.direction,
        "author": event.author if isinstance(event, ReplySent) else "",
        "automatic": event.automatic,
        "occurred_at": noted_later or fact.record.occurred_at,
        "position": fact.record.position,
        "delivery": QUEUED if sent else "",
        "delivery_detail": "",
        "again": None,
    }


def _reported(row: Row, fact: Fact, event: DeliveryReported | ReplyRepeated) -> Row:
    if isinstance(event, ReplyRepeated):
        return {**row, "again": event.again}
    if not rises(row["delivery"], event.state):
        return row
    detail = fact.personal.text if fact.personal else ""
    return {**row, "delivery": event.state, "delivery_detail": detail}


def note_key(fact: Fact) -> Key | None:
    """The note that an event adds."""
    event = fact.record.event
    return (fact.record.stream, event.note_id) if isinstance(event, NoteAdded) else None


def evolve_note(row: Row | None, fact: Fact) -> Row | None:
    """The note's row: set once."""
    event = fact.record.event
    if not isinstance(event, NoteAdded):
        return row
    return {
        "interaction_id": fact.record.stream,
        "note_id": event.note_id,
        "author": fact.record.actor,
        "occurred_at": fact.record.occurred_at,
        "position": fact.record.position,
        "text": fact.personal.text if fact.personal else "",
        "mentions": event.mentions,
    }


def _is_report(fact: Fact) -> bool:
    return isinstance(fact.record.event, DeliveryReported | ReplyRepeated)


def _touches(fact: Fact) -> tuple[str, Any]:
    return "interaction", fact.record.stream


PROJECTION: Final = Projection(
    name="interaction_view",
    version=1,
    tables=(
        ReadTable(VIEW, by_stream, evolve_view, wakes=calls.woken_by_work),
        ReadTable(MESSAGES, message_key, evolve_message, reads=_is_report),
        ReadTable(NOTES, note_key, evolve_note, reads=never),
        ReadTable(STEPS, step_key, evolve_step, reads=never),
        ReadTable(calls.TABLE, calls.key, calls.evolve, calls.reads, calls.woken),
        ReadTable(HELD, held_key, evolve_held),
    ),
    types=INTERACTION_TYPES,
    touches=_touches,
)
