"""Replies that are held back: written, and leaving only when their time has come."""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID


class HeldReply(NamedTuple):
    """What leaves at `due_at` (aware) unless it is withdrawn: its outbound id."""

    touchpoint: UUID
    due_at: datetime


def to_stored(held: HeldReply) -> list[str]:
    """A held reply as JSON holds it; in UTC, since rows are compared as text."""
    return [held.touchpoint.hex, held.due_at.astimezone(UTC).isoformat()]


def from_stored(stored: list[str]) -> HeldReply:
    """The held reply that JSON holds: the inverse of `to_stored`."""
    touchpoint, due_at = stored
    return HeldReply(UUID(touchpoint), datetime.fromisoformat(due_at))
