"""Pages by cursor: stable while rows come and go, and as fast on page 100 as on 1."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

Item = TypeVar("Item")

MOST = 200
"""More rows than this are never read for one page."""


class BadCursorError(ValueError):
    """The text is not a cursor of ours."""


class Cursor(NamedTuple):
    """The place of one row in an order: a moment (None sorts last) and an id.

    Rows whose `at` is None may have an order of their own: then `then` is the moment.
    """

    at: datetime | None
    id: UUID
    then: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the cursor that leads on; empty at the end."""

    items: tuple[Item, ...]
    next: str = ""


def encode(cursor: Cursor) -> str:
    """An opaque text for a cursor."""
    moments = [at.isoformat() if at else None for at in (cursor.at, cursor.then)]
    plain = json.dumps([cursor.id.hex, *moments], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(text: str) -> Cursor | None:
    """The cursor of a text; None for an empty one.

    Raises:
        BadCursorError: it is not one of ours.
    """
    if not text:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        key, at, then = json.loads(plain)
        return Cursor(_moment(at), UUID(hex=key), _moment(then))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise BadCursorError(
            "not a cursor: start without one, or use the last answer's `next`"
        ) from error


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at


def at_most(limit: int) -> int:
    """A page size within bounds."""
    return max(1, min(limit, MOST))


def split(rows: Sequence[Item], limit: int) -> tuple[tuple[Item, ...], bool]:
    """The rows of one page, out of one more than it holds, and whether more follow."""
    return tuple(rows[:limit]), len(rows) > limit
