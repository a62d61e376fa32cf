"""What was done with an interaction: by whom and when, so that it can be undone.

What was said is in the conversation and not here. A step is named after its event.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from events.interaction import (
    CallSignalled,
    DeliveryReported,
    InteractionOpened,
    NoteAdded,
    ReplyHeld,
    ReplyRepeated,
    ReplySent,
    ReplyWithdrawn,
    TouchpointAttached,
)
from projections import columns as c
from projections.contract import Fact, Key, Row, metadata

TABLE: Final = sa.Table(
    "interaction_step_v1",
    metadata,
    c.key("interaction_id"),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    c.text("what"),
    c.text("actor"),
    c.time("occurred_at"),
    c.json("detail"),
)

_SAID: Final = (
    InteractionOpened,
    TouchpointAttached,
    ReplySent,
    NoteAdded,
    CallSignalled,
    DeliveryReported,
    ReplyHeld,
    ReplyWithdrawn,
    ReplyRepeated,
)


def key(fact: Fact) -> Key | None:
    """The step that an event is, if it is one."""
    if isinstance(fact.record.event, _SAID):
        return None
    return (fact.record.stream, fact.record.version)


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The step's row: set once."""
    if isinstance(fact.record.event, _SAID):
        return row
    event = fact.record.event
    return {
        "interaction_id": fact.record.stream,
        "version": fact.record.version,
        "what": type(event).__name__,
        "actor": fact.record.actor,
        "occurred_at": fact.record.occurred_at,
        "detail": _detail(event),
    }


def _detail(event: object) -> dict[str, Any]:
    """The event's own small facts; nothing sealed, nothing nested."""
    names = [name for name in event.__dataclass_fields__ if name != "personal"]  # type: ignore[attr-defined]
    found = {name: _plain(getattr(event, name)) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _plain(value: object) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case str() | int():
            return value
        case _:
            return None
