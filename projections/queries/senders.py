"""Senders whose messages are spam, as people read them."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import interaction_view, marked_senders
from projections.queries.paging import Cursor, Page, at_most, encode, split

_MARKS = marked_senders.TABLE.c
_VIEW = interaction_view.VIEW.c


@dataclass(frozen=True, slots=True)
class Mark:
    """Who is marked, since when and by whom; `number` is that of the interaction."""

    mark_id: UUID
    customer_id: UUID
    kind: str
    value: str
    name: str
    interaction_id: UUID
    number: int
    actor: str
    marked_at: datetime


async def marked(
    connection: AsyncConnection, *, after: Cursor | None = None, limit: int = 50
) -> Page[Mark]:
    """Marks, the latest first; `next` leads to earlier ones."""
    limit = at_most(limit)
    joined = {"number": sa.func.coalesce(_VIEW.number, 0)}
    names = (field.name for field in fields(Mark))
    columns = [(joined[n] if n in joined else _MARKS[n]).label(n) for n in names]
    query = (
        sa.select(*columns)
        .select_from(marked_senders.TABLE)
        .outerjoin(interaction_view.VIEW, _VIEW.interaction_id == _MARKS.interaction_id)
        .order_by(_MARKS.marked_at.desc(), _MARKS.mark_id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        place = sa.tuple_(_MARKS.marked_at, _MARKS.mark_id)
        query = query.where(
            place < sa.tuple_(sa.literal(after.at), sa.literal(after.id))
        )
    rows = await connection.execute(query)
    items, more = split([Mark(**row._asdict()) for row in rows], limit)
    last = items[-1] if more else None
    return Page(items, encode(Cursor(last.marked_at, last.mark_id)) if last else "")
