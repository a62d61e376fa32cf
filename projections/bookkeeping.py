"""Tables beside the read models: watermarks, parked work, stopped projections.

They exist once per schema: a rebuild keeps its own in its own schema.
"""

from typing import Final

import sqlalchemy as sa

from projections import columns as c
from projections.contract import metadata

WATERMARKS: Final = sa.Table(
    "watermarks",
    metadata,
    sa.Column("projection", sa.Text, primary_key=True),
    sa.Column("slice", sa.Integer, primary_key=True),
    c.number("position"),
    postgresql_with={"fillfactor": 50},
)
"""Position up to which a projection has applied everything of a slice."""

PARKED: Final = sa.Table(
    "parked_events",
    metadata,
    sa.Column("projection", sa.Text, primary_key=True),
    c.key("stream"),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    c.uuid("event_id"),
    c.text("reason"),
    c.time("parked_at"),
)
"""Events that a projection could not apply, and all later ones of their stream.

Holds ids and reasons, never content. Only the first of a stream has a reason.
"""

SKIPPED: Final = sa.Table(
    "skipped_events",
    metadata,
    sa.Column("projection", sa.Text, primary_key=True),
    c.key("event_id"),
    c.text("reason"),
    c.text("actor"),
    c.time("skipped_at"),
)
"""Discarded for good, with a reason; rebuilds honour it."""

STOPPED: Final = sa.Table(
    "stopped_projections",
    metadata,
    sa.Column("projection", sa.Text, primary_key=True),
    c.text("reason"),
    c.time("stopped_at"),
)
"""Projections that hit a bug; the others go on."""
