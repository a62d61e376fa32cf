"""What is shown of the interactions and messages that a search has found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, customer_timeline, interaction_view, search_index
from projections.queries import groups, places
from projections.queries.marking import Marked, marked, snippet

_DOCUMENT: Final = search_index.DOCUMENTS.c
_CARD: Final = customer_card.TABLE.c
_VIEW: Final = interaction_view.VIEW.c
_NOTE: Final = interaction_view.NOTES.c
_SAID: Final = customer_timeline.TABLE.c

_READ: Final = 20_000
"""Characters of a text in which the hit is looked for."""


@dataclass(frozen=True, slots=True)
class InteractionHit:
    """An interaction in whose number or subject the words are."""

    interaction_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    channel: str
    subject: Marked
    state: str
    queue: str
    agent: str
    opened_at: datetime
    last_contact_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageHit:
    """A message, or a note (`kind`), in which the words are.

    `number` is its interaction's. `author` is the user name of a note's writer, and
    the sender's name of what came in. `snippet` is around the first hit.
    """

    id: UUID
    kind: str
    interaction_id: UUID
    number: int
    customer_id: UUID | None
    customer_name: str
    channel: str
    direction: str
    author: str
    at: datetime
    subject: Marked
    snippet: Marked


async def interactions(
    connection: AsyncConnection, ids: Sequence[UUID], words: Sequence[str]
) -> tuple[InteractionHit, ...]:
    """Interactions in the order of `ids`; what is not known yet is left out."""
    if not ids:
        return ()
    rows = await connection.execute(
        sa.select(
            _VIEW.interaction_id,
            _VIEW.number,
            _VIEW.customer_id,
            groups.NAME.label("customer_name"),
            _VIEW.channel,
            _VIEW.subject,
            _VIEW.state,
            _VIEW.queue,
            _VIEW.agent,
            _VIEW.opened_at,
            _VIEW.last_contact_at,
        )
        .select_from(interaction_view.VIEW)
        .outerjoin(
            customer_card.TABLE, _CARD.customer_id == groups.root(_VIEW.customer_id)
        )
        .where(_VIEW.interaction_id.in_(ids))
    )
    found = {row.interaction_id: _interaction(row, words) for row in rows}
    return tuple(found[id_] for id_ in ids if id_ in found)


def _interaction(row: Any, words: Sequence[str]) -> InteractionHit:
    values = row._asdict()
    return InteractionHit(**values | {"subject": marked(values["subject"], words)})


_OF_MESSAGE: Final = _SAID.touchpoint_id == _DOCUMENT.document_id
_OF_NOTE: Final = sa.and_(
    _NOTE.interaction_id == _DOCUMENT.stream, _NOTE.note_id == _DOCUMENT.document_id
)
_HERE: Final = places.place(_DOCUMENT.interaction_id)
_HITS: Final = (
    sa.select(
        _DOCUMENT.document_id.label("id"),
        _DOCUMENT.kind,
        _HERE.label("interaction_id"),
        sa.func.coalesce(_VIEW.number, 0).label("number"),
        _VIEW.customer_id,
        groups.NAME.label("customer_name"),
        _DOCUMENT.channel,
        sa.func.coalesce(_SAID.direction, "").label("direction"),
        sa.func.coalesce(_NOTE.author, _SAID.sender_name, "").label("author"),
        _DOCUMENT.at,
        sa.func.coalesce(_SAID.subject, "").label("subject"),
        sa.func.left(sa.func.coalesce(_SAID.text, _NOTE.text, ""), _READ).label("text"),
    )
    .select_from(search_index.DOCUMENTS)
    .outerjoin(customer_timeline.TABLE, _OF_MESSAGE)
    .outerjoin(interaction_view.NOTES, _OF_NOTE)
    .outerjoin(places.TABLE, places.TABLE.c.touchpoint == _DOCUMENT.document_id)
    .outerjoin(interaction_view.VIEW, _VIEW.interaction_id == _HERE)
    .outerjoin(customer_card.TABLE, _CARD.customer_id == groups.root(_VIEW.customer_id))
)


async def messages(
    connection: AsyncConnection, ids: Sequence[UUID], words: Sequence[str]
) -> tuple[MessageHit, ...]:
    """Messages and notes in the order of `ids`."""
    if not ids:
        return ()
    rows = await connection.execute(_HITS.where(_DOCUMENT.document_id.in_(ids)))
    found = {row.id: _message(row, words) for row in rows}
    return tuple(found[id_] for id_ in ids if id_ in found)


def _message(row: Any, words: Sequence[str]) -> MessageHit:
    values = row._asdict()
    text = values.pop("text")
    shown = {
        "subject": marked(values["subject"], words),
        "snippet": snippet(text, words),
    }
    return MessageHit(**values | shown)
