"""What came with a contact: its files, and its formatted mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from events.touchpoint import Attachment
from projections import customer_timeline

_TIMELINE: Final = customer_timeline.TABLE.c
_INLINE: Final = "inline."
"""Attributes `inline.<number>` hold a file's Content-ID (RFC 2392)."""


@dataclass(frozen=True, slots=True)
class Content:
    """A contact's formatted mail and files, with what opens them.

    `inline` maps Content-IDs to files of the same mail.
    """

    html: str
    files: tuple[Attachment, ...]
    inline: Mapping[str, Attachment]


async def content(
    connection: AsyncConnection, customer: UUID, touchpoint: UUID
) -> Content | None:
    """What came with a contact of a customer; None if there is no such contact."""
    query = sa.select(
        _TIMELINE.html, _TIMELINE.attachments, _TIMELINE.attributes
    ).where(
        _TIMELINE.customer_id == customer,
        _TIMELINE.touchpoint_id == touchpoint,
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    files = tuple(map(_attachment, row.attachments or ()))
    return Content(row.html, files, _inline(files, row.attributes or {}))


def _attachment(stored: Mapping[str, Any]) -> Attachment:
    return Attachment(**{**stored, "key": bytes.fromhex(stored["key"])})


def _inline(
    files: tuple[Attachment, ...], attributes: Mapping[str, str]
) -> dict[str, Attachment]:
    named = {
        content_id: int(name.removeprefix(_INLINE))
        for name, content_id in attributes.items()
        if name.startswith(_INLINE) and name.removeprefix(_INLINE).isdigit()
    }
    return {
        content_id: files[number]
        for content_id, number in named.items()
        if number < len(files)
    }
