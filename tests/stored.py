"""Events as the store holds them, in few words."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from events import codec
from events.catalog import EVENTS
from events.envelope import Event, Stored
from events.interaction import InteractionTaken
from events.slices import slice_of

AT: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
TAKEN: Final = InteractionTaken("ana")
STREAM: Final = UUID(int=7)


def stored(*, event: Event = TAKEN, stream: UUID = STREAM, **more: Any) -> Stored:
    """An event in its envelope; `more` are fields that matter to the test."""
    fields = {
        "event_id": UUID(int=1),
        "stream": stream,
        "version": 1,
        "position": 1,
        "previous": 0,
        "slice": slice_of(stream),
        "type_name": EVENTS[type(event)].type_name,
        "body": codec.encode(event),
        "occurred_at": AT,
        "recorded_at": AT,
        "actor": "ana",
        "correlation": UUID(int=2),
        "causation": UUID(int=3),
    }
    return Stored(**{**fields, **more})


EVENT: Final = stored()
