"""Which open work is shown, in which order, and where a page of it begins.

An order is a row of *stretches*, one after the other: each has a condition, and columns
that sort what meets it. So every stretch can be read along an index from any place on,
and a page is as fast in the middle as at the start.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from events.labels import PRIORITIES
from projections import queue_board
from projections.queries.paging import BadCursorError

_BOARD = queue_board.TABLE.c

SORTS: Final = ("wait", "priority", "newest", "number")
"""The longest wait first; the most urgent; the newest contact; the newest number."""

# Literals, not parameters: only so the partial indexes apply.
OPEN: Final = _BOARD.state != sa.literal_column("'closed'")
_HANDLED: Final = _BOARD.state.in_(
    [sa.literal_column("'handling'"), sa.literal_column("'wrap_up'")]
)
# What waits is open: said too, so that the index of a queue's open work applies.
_WAITING: Final = sa.and_(OPEN, _BOARD.waiting_since.is_not(None))
FOR_GROUP: Final = _BOARD.for_group != sa.literal_column("''")
_TAGGED: Final = sa.and_(OPEN, _BOARD.tags != sa.literal_column("'[]'::jsonb"))
UNTOUCHED: Final = sa.func.coalesce(_BOARD.last_contact_at, _BOARD.opened_at)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; an empty field asks for nothing in particular.

    `also` are removed queues whose work `queue` got; `group` is what waits for one.
    `state` is `waiting`, `handling` or `wrap_up`. With `later`, it is what is set
    aside instead, the next date first, whatever `sort` says.
    """

    queue: str = ""
    also: tuple[str, ...] = ()
    group: str = ""
    channel: str = ""
    state: str = ""
    agent: str = ""
    priority: str = ""
    tag: str = ""
    sort: str = SORTS[0]
    later: bool = False

    @property
    def where(self) -> Iterator[sa.ColumnElement[bool]]:
        """The conditions that hold whatever the order is."""
        if self.queue:
            yield _BOARD.queue.in_([self.queue, *self.also])
        if self.group:
            yield from (FOR_GROUP, _BOARD.for_group == self.group)
        for name in ("channel", "state", "agent", "priority"):
            if value := getattr(self, name):
                yield _BOARD[name] == value
        if self.tag:
            yield from (_TAGGED, _BOARD.tags.contains([self.tag]))


class Stretch(NamedTuple):
    """What meets `where`, sorted by `keys`, which tell any two rows apart."""

    where: sa.ColumnElement[bool]
    keys: tuple[Any, ...]
    descending: bool = False

    @property
    def order(self) -> list[Any]:
        """What to sort by."""
        return [key.desc() if self.descending else key for key in self.keys]

    def beyond(self, place: Sequence[Any]) -> sa.ColumnElement[bool]:
        """What comes after a place in it."""
        values = [
            sa.literal(value, key.type)
            for key, value in zip(self.keys, place, strict=True)
        ]
        here, there = sa.tuple_(*self.keys), sa.tuple_(*values)
        return here < there if self.descending else here > there


def stretches(chosen: Filter) -> list[Stretch]:
    """The order, without the stretches in which nothing can be."""
    by_id = _BOARD.interaction_id
    if chosen.later:
        return [Stretch(_BOARD.follow_up_at.is_not(None), (_BOARD.follow_up_at, by_id))]
    if chosen.sort == "newest":
        return [Stretch(_ready(chosen), (UNTOUCHED, by_id), descending=True)]
    if chosen.sort == "number":
        return [Stretch(_ready(chosen), (_BOARD.number, by_id), descending=True)]
    waiting = Stretch(_WAITING, (_BOARD.waiting_since, by_id))
    handled = Stretch(_HANDLED, (UNTOUCHED, by_id))
    both = [
        *([waiting] if chosen.state in {"", "waiting"} and not chosen.agent else []),
        *([handled] if chosen.state != "waiting" else []),
    ]
    return both if chosen.sort == "wait" else list(_by_priority(both, chosen.priority))


def _ready(chosen: Filter) -> sa.ColumnElement[bool]:
    """Open and not set aside."""
    if chosen.agent:
        return _HANDLED
    return sa.and_(OPEN, _BOARD.follow_up_at.is_(None))


def _by_priority(both: Sequence[Stretch], only: str) -> Iterator[Stretch]:
    for priority in reversed(PRIORITIES):
        if only in {"", priority}:
            same = _BOARD.priority == priority
            yield from (one._replace(where=sa.and_(same, one.where)) for one in both)


class Place(NamedTuple):
    """After which row a page begins: in which stretch it is, and its keys there."""

    stretch: int
    keys: tuple[Any, ...]


def encode(place: Place) -> str:
    """An opaque text for a place."""
    plain = json.dumps([place.stretch, *map(_plain, place.keys)], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(text: str, order: Sequence[Stretch]) -> Place | None:
    """The place of a text in an order; None for an empty one.

    Raises:
        BadCursorError: it is not one of this order.
    """
    if not text:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        stretch, *keys = json.loads(plain)
        columns = order[stretch].keys
        return Place(
            stretch,
            tuple(_value(key, c) for key, c in zip(keys, columns, strict=True)),
        )
    except (ValueError, TypeError, AttributeError, IndexError, binascii.Error) as error:
        raise BadCursorError(
            "not a cursor: start without one, or use the last answer's `next`"
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _value(plain: Any, column: Any) -> Any:
    if column is _BOARD.interaction_id:
        return UUID(hex=plain)
    if column is _BOARD.number:
        return int(plain)
    at = datetime.fromisoformat(plain)
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return at
