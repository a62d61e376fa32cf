"""Contacts as people read them: what was said, and what became of the message."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from projections import calls, customer_timeline, interaction_view

TIMELINE: Final = customer_timeline.TABLE.c
MESSAGES: Final = interaction_view.MESSAGES.c
VIEW: Final = interaction_view.VIEW.c


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with a contact; `size` is in bytes. Its key stays behind."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class CallFacts:
    """How a call went: `state` is one of `events.calls.CallState`.

    `agent` is who answered last; times are the telephone system's.
    """

    state: str
    agent: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    held_seconds: int

    @property
    def waited(self) -> timedelta | None:
        """How long it rang and waited; None while it does."""
        until = self.answered_at or self.ended_at
        return None if until is None else until - self.began_at

    @property
    def talked(self) -> timedelta | None:
        """How long it was talked, on hold or not; None without an answer and an end."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.answered_at


@dataclass(frozen=True, slots=True)
class Contact:
    """One touchpoint in or out.

    `number` is that of its interaction. `automatic` tells why it counts as written by
    a machine. `delivery` is empty for what came in. `author` is the user name of who
    answered, `again` the message that repeats it. Content that was erased, or has not
    arrived yet, is empty; `customer_id` is in whose history it is, and None until it
    has arrived. `call` is None for what is no call, or was recorded by hand.
    """

    touchpoint_id: UUID
    interaction_id: UUID
    customer_id: UUID | None
    number: int
    occurred_at: datetime
    channel: str
    direction: str
    automatic: str
    author: str
    sender: str
    sender_name: str
    destination: str
    subject: str
    text: str
    quoted: str
    html: str
    attachments: tuple[AttachedFile, ...]
    attributes: dict[str, str]
    delivery: str
    delivery_detail: str
    again: UUID | None
    call: CallFacts | None = None


CONTENT: Final = [
    TIMELINE[name]
    for name in (
        "customer_id",
        "sender",
        "sender_name",
        "destination",
        "subject",
        "text",
        "quoted",
        "html",
        "attachments",
        "attributes",
    )
]
"""Columns of what was said."""

FATE: Final = [
    MESSAGES[name] for name in ("author", "delivery", "delivery_detail", "again")
]
"""Columns of what the interaction knows about the message."""


_CALL_FACTS: Final = tuple(field.name for field in fields(CallFacts))
CALL: Final = [calls.TABLE.c[name].label(f"call_{name}") for name in _CALL_FACTS]
"""Columns of how the contact's call went, joined by `of_call`."""


def of_call(
    contacts: ReadOnlyColumnCollection[str, sa.Column[Any]],
) -> sa.ColumnElement[bool]:
    """The call that a contact in `contacts` is."""
    return sa.and_(
        calls.TABLE.c.interaction_id == contacts.interaction_id,
        calls.TABLE.c.touchpoint_id == contacts.touchpoint_id,
    )


def contact(row: sa.Row[Any]) -> Contact:
    """The contact that a joined row holds; what the join did not find is empty."""
    found = row._asdict()
    call = _call([found.pop(f"call_{name}") for name in _CALL_FACTS])
    values: dict[str, Any] = {
        name: "" if value is None else value for name, value in found.items()
    }
    return Contact(
        **{
            **values,
            "customer_id": values["customer_id"] or None,
            "number": values["number"] or 0,
            "again": values["again"] or None,
            "attachments": tuple(map(_attached, values["attachments"] or ())),
            "attributes": values["attributes"] or {},
            "call": call,
        }
    )


def _call(facts: list[Any]) -> CallFacts | None:
    """Nothing was signalled where there is no state."""
    return CallFacts(*facts) if facts[0] else None


def _attached(stored: Mapping[str, Any]) -> AttachedFile:
    return AttachedFile(stored["name"], stored["media_type"], stored["size"])
