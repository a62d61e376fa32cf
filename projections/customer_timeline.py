"""The customer timeline: every contact on every channel, in order.

Written by customer streams only; a row never changes once it is there.
"""

from dataclasses import asdict
from typing import Any, Final

import sqlalchemy as sa

from events.catalog import EVENTS
from events.customer import TouchpointRecorded
from events.personal import PersonalContent
from projections import columns as c
from projections.contract import (
    Fact,
    Key,
    Projection,
    ReadTable,
    Row,
    metadata,
    never,
)

TABLE: Final = sa.Table(
    "customer_timeline_v1",
    metadata,
    c.key("touchpoint_id"),
    c.uuid("customer_id"),
    c.uuid("interaction_id"),
    c.time("occurred_at"),
    c.number("position"),
    c.text("channel"),
    c.text("direction"),
    c.text("connector"),
    c.text("automatic"),
    c.text("actor"),
    c.text("sender"),
    c.text("sender_name"),
    c.text("destination"),
    c.text("subject"),
    c.text("text"),
    c.text("quoted"),
    c.text("html"),
    c.json("attachments"),
    c.json("attributes"),
    sa.Index("customer_timeline_v1_order", "customer_id", "occurred_at", "position"),
    sa.Index("customer_timeline_v1_interaction", "interaction_id"),
)


def key(fact: Fact) -> Key | None:
    """The contact that was recorded; on one stream only.

    By this alone it is joined: how many rows a customer has is nothing to guess by.
    """
    event = fact.record.event
    return (event.touchpoint_id,) if isinstance(event, TouchpointRecorded) else None


def _content(personal: PersonalContent | None) -> Row:
    said = personal or PersonalContent()
    return {
        "sender": said.sender.value if said.sender else "",
        "sender_name": said.sender_name,
        "destination": said.destination,
        "subject": said.subject,
        "text": said.text,
        "quoted": said.quoted,
        "html": said.html,
        "attachments": [_attachment(asdict(a)) for a in said.attachments],
        "attributes": said.attributes,
    }


def _attachment(attachment: dict[str, Any]) -> dict[str, Any]:
    return {**attachment, "key": attachment["key"].hex()}


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The row of one contact."""
    event = fact.record.event
    if not isinstance(event, TouchpointRecorded):
        return row
    return {
        "customer_id": fact.record.stream,
        "touchpoint_id": event.touchpoint_id,
        "interaction_id": event.interaction_id,
        "occurred_at": fact.record.occurred_at,
        "position": fact.record.position,
        "channel": event.channel,
        "direction": event.direction,
        "connector": event.connector,
        "automatic": event.automatic,
        "actor": fact.record.actor,
        **_content(fact.personal),
    }


def _touches(fact: Fact) -> tuple[str, Any]:
    return "customer", fact.record.stream


PROJECTION: Final = Projection(
    name="customer_timeline",
    version=1,
    tables=(ReadTable(TABLE, key, evolve, reads=never),),
    types=frozenset({EVENTS[TouchpointRecorded].type_name}),
    touches=_touches,
)
