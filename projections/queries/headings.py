"""What interactions are called, for lists that know only their ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, interaction_view
from projections.queries import groups

_VIEW: Final = interaction_view.VIEW.c
_CARD: Final = customer_card.TABLE.c


@dataclass(frozen=True, slots=True)
class Heading:
    """An interaction in one line; `customer_name` is empty if nobody knows it."""

    interaction_id: UUID
    number: int
    channel: str
    subject: str
    customer_name: str


async def headings(
    connection: AsyncConnection, interactions: Iterable[UUID]
) -> dict[UUID, Heading]:
    """The headings of interactions by id; unknown ones are left out."""
    rows = await connection.execute(
        sa.select(
            _VIEW.interaction_id,
            _VIEW.number,
            _VIEW.channel,
            _VIEW.subject,
            groups.NAME,
        )
        .select_from(interaction_view.VIEW)
        .outerjoin(
            customer_card.TABLE, _CARD.customer_id == groups.root(_VIEW.customer_id)
        )
        .where(_VIEW.interaction_id.in_(list(interactions)))
    )
    return {row[0]: Heading(*row) for row in rows}
