"""The customer card: who it is, and the history at a glance.

Written by customer streams only; totals over merged customers are summed in queries.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from events.catalog import CUSTOMER_TYPES
from events.customer import CustomerOpened, IdentifierClaimed, TouchpointRecorded
from events.identification import IdentifierShared, IdentifierUnshared
from projections import columns as c
from projections import customer_merges
from projections import merge_suggestions as suggestions
from projections.contract import Fact, Projection, ReadTable, Row, by_stream, metadata
from projections.marked_senders import TABLE as MARKS
from projections.marked_senders import evolve as evolve_mark
from projections.marked_senders import key as mark_key

TABLE: Final = sa.Table(
    "customer_card_v1",
    metadata,
    c.key("customer_id"),
    c.text("name"),
    c.flag("provisional"),
    c.json("identifiers"),
    c.time("known_since"),
    c.time("first_contact_at", nullable=True),
    c.time("last_contact_at", nullable=True),
    c.number("contacts_in"),
    c.number("contacts_out"),
    c.json("by_channel"),
    postgresql_with=c.OFTEN_CHANGED,
)


def _blank(stream: UUID, at: datetime) -> Row:
    return {
        "customer_id": stream,
        "name": "",
        "provisional": True,
        "identifiers": [],
        "known_since": at,
        "first_contact_at": None,
        "last_contact_at": None,
        "contacts_in": 0,
        "contacts_out": 0,
        "by_channel": {},
    }


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The card after one event of its customer."""
    event = fact.record.event
    card = row or _blank(fact.record.stream, fact.record.occurred_at)
    match event:
        case CustomerOpened():
            return _opened(card, fact, event)
        case IdentifierClaimed():
            return _claimed(card, fact)
        case IdentifierShared() | IdentifierUnshared():
            return _shared(card, fact, shared=isinstance(event, IdentifierShared))
        case TouchpointRecorded():
            return _contacted(card, fact, event)
        case _:
            return card


def _opened(card: Row, fact: Fact, event: CustomerOpened) -> Row:
    name = fact.personal.text if fact.personal else ""
    return {**card, "provisional": event.provisional, "name": name}


def _claimed(card: Row, fact: Fact) -> Row:
    if fact.personal is None:
        return {**card, "provisional": False}
    identifier = fact.personal.identifier
    entry = {
        "kind": identifier.kind,
        "value": identifier.value,
        "raw": identifier.raw,
        "shared": False,
    }
    identifiers = [*card["identifiers"], entry]
    name = card["name"] or fact.personal.name
    return {
        **card,
        "provisional": False,
        "name": name,
        "identifiers": identifiers,
    }


def _shared(card: Row, fact: Fact, *, shared: bool) -> Row:
    if fact.personal is None:
        return card
    said = fact.personal.identifier
    marked = [
        {**one, "shared": shared}
        if (one["kind"], one["value"]) == (said.kind, said.value)
        else one
        for one in card["identifiers"]
    ]
    return {**card, "identifiers": marked}


def _contacted(card: Row, fact: Fact, event: TouchpointRecorded) -> Row:
    at = fact.record.occurred_at
    counter = "contacts_in" if event.direction == "in" else "contacts_out"
    name = fact.personal.sender_name if fact.personal else ""
    if event.direction == "out":
        name = ""
    channels = card["by_channel"]
    return {
        **card,
        "name": card["name"] or name,
        "first_contact_at": min(card["first_contact_at"] or at, at),
        "last_contact_at": max(card["last_contact_at"] or at, at),
        counter: card[counter] + 1,
        "by_channel": {
            **channels,
            event.channel: channels.get(event.channel, 0) + 1,
        },
    }


def _touches(fact: Fact) -> tuple[str, Any]:
    return "customer", fact.record.stream


PROJECTION: Final = Projection(
    name="customer_card",
    version=1,
    tables=(
        ReadTable(TABLE, by_stream, evolve),
        ReadTable(MARKS, mark_key, evolve_mark),
        ReadTable(customer_merges.TABLE, customer_merges.key, customer_merges.evolve),
        ReadTable(suggestions.TABLE, suggestions.key, suggestions.evolve),
        ReadTable(suggestions.USES, suggestions.use_key, suggestions.evolve_use),
    ),
    types=CUSTOMER_TYPES,
    touches=_touches,
)
