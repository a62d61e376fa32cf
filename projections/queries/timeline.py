"""Contacts as people read them: what was said, and what became of the message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from projections import customer_timeline, interaction_view

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
class Contact:
    """One touchpoint in or out.

    `number` is that of its interaction. `automatic` tells why it counts as written by
    a machine. `delivery` is empty for what came in. `author` is the user name of who
    answered. Content that was erased, or has not arrived yet, is empty; `customer_id`
    is in whose history it is, and None until it has arrived.
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

FATE: Final = [MESSAGES[name] for name in ("author", "delivery", "delivery_detail")]
"""Columns of what the interaction knows about the message."""


def contact(row: sa.Row[Any]) -> Contact:
    """The contact that a joined row holds; what the join did not find is empty."""
    values: dict[str, Any] = {
        name: "" if value is None else value for name, value in row._asdict().items()
    }
    return Contact(
        **{
            **values,
            "customer_id": values["customer_id"] or None,
            "number": values["number"] or 0,
            "attachments": tuple(map(_attached, values["attachments"] or ())),
            "attributes": values["attributes"] or {},
        }
    )


def _attached(stored: Mapping[str, Any]) -> AttachedFile:
    return AttachedFile(stored["name"], stored["media_type"], stored["size"])
