"""Where touchpoints belong now: the store's index, joined when something is read.

Read models say where they came; what was split off is elsewhere since.
"""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

TABLE: Final = sa.table(
    "touchpoint_index",
    sa.column("touchpoint", pg.UUID),
    sa.column("interaction", pg.UUID),
    schema="touchline_store",
)


def place(came: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The interaction that a touchpoint belongs to; where it came if none says so."""
    return sa.func.coalesce(TABLE.c.interaction, came)


def now(
    touchpoint: sa.ColumnElement[Any], came: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """The same without a join: looked up for the rows that are left alone."""
    found = sa.select(TABLE.c.interaction).where(TABLE.c.touchpoint == touchpoint)
    # However deep in another query it stands, only this table is its own.
    own = found.correlate_except(TABLE).scalar_subquery()
    return sa.func.coalesce(own, came)
