"""The search index: words of messages, notes, interactions and customers.

Its words only: what is shown is joined from the other read models. Rows of one table
come from streams of two kinds, each row from one stream. It is driven by a process of
its own, so that it cannot hold up the board.
"""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from events.catalog import CUSTOMER_TYPES, EVENTS
from events.customer import CustomerOpened, IdentifierClaimed, TouchpointRecorded
from events.interaction import InteractionOpened, NoteAdded
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
from projections.words import MOST_WORDS, vector, words

_PENDING: Final = {"fastupdate": True, "gin_pending_list_limit": 512}
"""New words wait in a short list (kB): sorted into the index together, which takes a
fraction of the work, and read through by every search until then."""


def _index(name: str, of: Any) -> sa.Index:
    return sa.Index(name, of, postgresql_using="gin", postgresql_with=_PENDING)


def _words() -> sa.Column[Any]:
    return sa.Column("words", pg.TSVECTOR, nullable=False)


DOCUMENTS: Final = sa.Table(
    "search_document_v1",
    metadata,
    c.key("document_id"),
    c.uuid("stream"),
    c.text("kind"),
    c.uuid("interaction_id"),
    c.time("at"),
    c.text("channel"),
    _words(),
    sa.Index("search_document_v1_order", "at", "document_id"),
    sa.Index("search_document_v1_interaction", "interaction_id"),
    _index("search_document_v1_words", "words"),
)
"""Messages and notes; `kind` says which. `document_id` is the touchpoint's or note's,
`stream` the customer's or the interaction's."""

INTERACTIONS: Final = sa.Table(
    "search_interaction_v1",
    metadata,
    c.key("interaction_id"),
    c.time("at"),
    c.text("channel"),
    _words(),
    sa.Index("search_interaction_v1_order", "at", "interaction_id"),
    _index("search_interaction_v1_words", "words"),
)

CUSTOMERS: Final = sa.Table(
    "search_customer_v1",
    metadata,
    c.key("customer_id"),
    c.text("words"),
    postgresql_with=c.OFTEN_CHANGED,
)
"""Words of all names and identifiers that a customer ever used, parted by spaces."""

CUSTOMER_WORDS: Final = sa.func.array_to_tsvector(
    sa.func.string_to_array(CUSTOMERS.c.words, sa.literal_column("' '"))
)
"""A customer's words as the index has them."""

_index("search_customer_v1_words", CUSTOMER_WORDS)


def document_key(fact: Fact) -> Key | None:
    """The message or note that an event adds."""
    match fact.record.event:
        case TouchpointRecorded() as event:
            return (event.touchpoint_id,)
        case NoteAdded() as event:
            return (event.note_id,)
        case _:
            return None


def evolve_document(row: Row | None, fact: Fact) -> Row | None:
    """The row of one message or note: set once."""
    match fact.record.event:
        case TouchpointRecorded() as event:
            return {
                **_document(fact, event.touchpoint_id, _said(event, fact.personal)),
                "kind": "message",
                "interaction_id": event.interaction_id,
                "channel": event.channel,
            }
        case NoteAdded() as event:
            said = [fact.personal.text] if fact.personal else []
            return _document(fact, event.note_id, said)
        case _:
            return row


def _document(fact: Fact, id_: Any, said: list[str]) -> Row:
    return {
        "stream": fact.record.stream,
        "document_id": id_,
        "kind": "note",
        "interaction_id": fact.record.stream,
        "at": fact.record.occurred_at,
        "channel": "",
        "words": vector(words(*said)),
    }


def _said(event: TouchpointRecorded, personal: PersonalContent | None) -> list[str]:
    if personal is None:
        return []
    # A form's fields are what was said; elsewhere they are technical.
    fields = personal.attributes.values() if event.channel == "webform" else ()
    return [personal.subject, personal.sender_name, *fields, personal.text]


def interaction_key(fact: Fact) -> Key | None:
    """The interaction that is opened."""
    opened = isinstance(fact.record.event, InteractionOpened)
    return (fact.record.stream,) if opened else None


def evolve_interaction(row: Row | None, fact: Fact) -> Row | None:
    """The interaction's row: set once."""
    event = fact.record.event
    if not isinstance(event, InteractionOpened):
        return row
    subject = fact.personal.subject if fact.personal else ""
    return {
        "interaction_id": fact.record.stream,
        "at": event.contact_at or fact.record.occurred_at,
        "channel": event.channel,
        "words": vector(words(str(event.number), subject)),
    }


def customer_key(fact: Fact) -> Key | None:
    """The customer of whom an event tells a name or an identifier."""
    return (fact.record.stream,) if any(_called(fact)) else None


def evolve_customer(row: Row | None, fact: Fact) -> Row | None:
    """The customer's words: only ever more; the row itself where none is new."""
    known = row["words"].split() if row else []
    fresh = [word for word in words(*_called(fact)) if word not in known]
    if row is not None and not fresh:
        return row
    together = " ".join([*known, *fresh][:MOST_WORDS])
    return {"customer_id": fact.record.stream, "words": together}


def _called(fact: Fact) -> list[str]:
    match fact.record.event, fact.personal:
        case _, None:
            return []
        case CustomerOpened(), personal:
            return [personal.text]
        case IdentifierClaimed(), personal:
            return [personal.identifier.value, personal.name]
        case TouchpointRecorded(direction="in"), personal:
            return [personal.sender_name]
        case _:
            return []


def _touches(fact: Fact) -> tuple[str, Any]:
    of_customer = EVENTS[type(fact.record.event)].type_name in CUSTOMER_TYPES
    return "customer" if of_customer else "interaction", fact.record.stream


PROJECTION: Final = Projection(
    name="search_index",
    version=1,
    tables=(
        ReadTable(DOCUMENTS, document_key, evolve_document, reads=never),
        ReadTable(INTERACTIONS, interaction_key, evolve_interaction, reads=never),
        ReadTable(CUSTOMERS, customer_key, evolve_customer),
    ),
    types=frozenset(
        EVENTS[event].type_name
        for event in (
            CustomerOpened,
            IdentifierClaimed,
            TouchpointRecorded,
            InteractionOpened,
            NoteAdded,
        )
    ),
    touches=_touches,
)
