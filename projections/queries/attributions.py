"""Interactions that belong to another customer than the one they were opened for.

A link, not a move: contacts stay in the history in which they were recorded; what a
customer's history shows follows from whom interactions belong to when it is read.
"""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_timeline, interaction_view
from projections.queries import places

_TIMELINE: Final = customer_timeline.TABLE.c
_VIEW: Final = interaction_view.VIEW.c
_ELSEWHERE: Final = _VIEW.opened_for != _VIEW.customer_id


async def shown(connection: AsyncConnection, customer: UUID) -> sa.ColumnElement[bool]:
    """Which contacts are in a customer's history.

    Those recorded there, but for what belongs to somebody else now; and what belongs
    here and was opened for somebody else. For a query that joins the timeline with the
    view of the interaction that each contact belongs to.
    """
    stays = sa.or_(
        _VIEW.opened_for.is_(None),
        _VIEW.opened_for != customer,
        _VIEW.customer_id == customer,
    )
    own = sa.and_(_TIMELINE.customer_id == customer, stays)
    rows = await connection.execute(
        sa.select(_VIEW.opened_for)
        .distinct()
        .where(_VIEW.customer_id == customer, _ELSEWHERE)
    )
    others = [row[0] for row in rows]
    if not others:
        return own
    came = sa.and_(
        _TIMELINE.customer_id.in_(others),
        _TIMELINE.customer_id == _VIEW.opened_for,
        _VIEW.customer_id == customer,
    )
    return sa.or_(own, came)


async def totals(connection: AsyncConnection, customer: UUID) -> dict[str, Any]:
    """The counts and moments of a card that its row does not have right; often none."""
    concerned = sa.or_(_VIEW.customer_id == customer, _VIEW.opened_for == customer)
    if not await connection.scalar(sa.select(sa.exists().where(concerned, _ELSEWHERE))):
        return {}
    place = places.place(_TIMELINE.interaction_id)
    same = places.TABLE.c.touchpoint == _TIMELINE.touchpoint_id
    rows = await connection.execute(
        sa.select(
            _TIMELINE.channel,
            sa.func.count().filter(_TIMELINE.direction == "in"),
            sa.func.count().filter(_TIMELINE.direction == "out"),
            sa.func.min(_TIMELINE.occurred_at),
            sa.func.max(_TIMELINE.occurred_at),
        )
        .select_from(customer_timeline.TABLE)
        .outerjoin(places.TABLE, same)
        .outerjoin(interaction_view.VIEW, _VIEW.interaction_id == place)
        .where(await shown(connection, customer))
        .group_by(_TIMELINE.channel)
    )
    return _summed(rows.all())


def _summed(rows: Any) -> dict[str, Any]:
    return {
        "contacts_in": sum(row[1] for row in rows),
        "contacts_out": sum(row[2] for row in rows),
        "first_contact_at": min((row[3] for row in rows), default=None),
        "last_contact_at": max((row[4] for row in rows), default=None),
        "by_channel": {row[0]: row[1] + row[2] for row in rows},
    }
