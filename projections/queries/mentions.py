"""Notes by which colleagues called somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, interaction_view
from projections.queries import groups
from projections.queries.paging import Cursor, Page, at_most, encode, split

_NOTES = interaction_view.NOTES.c
_VIEW = interaction_view.VIEW.c
_CARD = customer_card.TABLE.c

# A literal, not a parameter: only so the partial index applies.
_CALLS_SOMEBODY: Final = _NOTES.mentions != sa.literal_column("'[]'::jsonb")


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that calls somebody, and the interaction that it is on."""

    note_id: UUID
    interaction_id: UUID
    number: int
    channel: str
    state: str
    subject: str
    customer_name: str
    author: str
    occurred_at: datetime
    text: str


_COLUMNS = (
    _NOTES.note_id,
    _NOTES.interaction_id,
    _VIEW.number,
    _VIEW.channel,
    _VIEW.state,
    _VIEW.subject,
    groups.NAME.label("customer_name"),
    _NOTES.author,
    _NOTES.occurred_at,
    _NOTES.text,
)


async def mentions_of(
    connection: AsyncConnection,
    person: str,
    *,
    before: Cursor | None = None,
    limit: int = 50,
) -> Page[Mention]:
    """Notes that call a person by user name, the latest first."""
    limit = at_most(limit)
    place = sa.tuple_(_NOTES.occurred_at, _NOTES.note_id)
    query = (
        sa.select(*_COLUMNS)
        .join_from(
            interaction_view.NOTES,
            interaction_view.VIEW,
            _VIEW.interaction_id == _NOTES.interaction_id,
        )
        .outerjoin(
            customer_card.TABLE, _CARD.customer_id == groups.root(_VIEW.customer_id)
        )
        .where(_CALLS_SOMEBODY, _NOTES.mentions.contains([person]))
        .order_by(_NOTES.occurred_at.desc(), _NOTES.note_id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(
            place < sa.tuple_(sa.literal(before.at), sa.literal(before.id))
        )
    found = [Mention(**row._asdict()) for row in await connection.execute(query)]
    items, more = split(found, limit)
    last = items[-1] if more else None
    return Page(items, encode(Cursor(last.occurred_at, last.note_id)) if last else "")
