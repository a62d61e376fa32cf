"""One interaction in full: where it stands, and its conversation."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from events.calls import from_stored, in_order
from projections import calls, customer_timeline, interaction_view
from projections.queries import groups, places
from projections.queries.groups import Group
from projections.queries.ties import with_parts
from projections.queries.timeline import (
    CALL,
    CONTENT,
    FATE,
    MESSAGES,
    TIMELINE,
    VIEW,
    Contact,
    contact,
    of_call,
)
from projections.written import HELD

NOTES = interaction_view.NOTES.c

MOST_MESSAGES = 50
"""The newest of a conversation are read, not more: all are in the history."""


@dataclass(frozen=True, slots=True)
class Signalled:
    """A signal of a call: provider time, name as in `events.calls`, agent if told."""

    at: datetime
    name: str
    agent: str


@dataclass(frozen=True, slots=True)
class Note:
    """What colleagues wrote for each other; `mentions` are user names."""

    note_id: UUID
    author: str
    occurred_at: datetime
    text: str
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """What was written and leaves at `due_at`, unless it is withdrawn before."""

    touchpoint_id: UUID
    channel: str
    author: str
    occurred_at: datetime
    due_at: datetime
    receiver: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """One piece of work, its messages and its notes, oldest first.

    `reply_to` is the address that an answer goes to, `reply_kind` what kind of
    identifier that is; both are empty where there is none. `linked_to` is the closed
    interaction that this one continues. `signals` are those of its call, in order.
    `held` is what was written and has not left yet. With `older` there are messages
    before these, which are in the customer's timeline.
    `opened_for` is the customer that it belonged to at first. `merged_into` is what it
    is a part of: messages and notes of parts are shown with those of the whole, and so
    is what they hold back.
    """

    interaction_id: UUID
    number: int
    customer_id: UUID
    channel: str
    subject: str
    reply_to: str
    reply_kind: str
    linked_to: UUID | None
    opened_at: datetime
    state: str
    queue: str
    agent: str
    for_group: str
    waiting_since: datetime | None
    last_contact_at: datetime | None
    closed_at: datetime | None
    disposition: str
    contacts: int
    follow_up_at: datetime | None = None
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    messages: tuple[Contact, ...] = ()
    signals: tuple[Signalled, ...] = ()
    notes: tuple[Note, ...] = ()
    held: tuple[HeldMessage, ...] = ()
    opened_for: UUID | None = None
    merged_into: UUID | None = None
    split_from: UUID | None = None
    older: bool = False

    @property
    def conversation(self) -> list[Contact | Note]:
        """Messages and notes in the order in which they were written."""
        return sorted((*self.messages, *self.notes), key=lambda one: one.occurred_at)

    @property
    def latest_call(self) -> Contact | None:
        """The last of its contacts that was a call."""
        return next((one for one in reversed(self.messages) if one.call), None)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Another open interaction of a customer, in one line."""

    interaction_id: UUID
    number: int
    channel: str
    subject: str
    state: str
    queue: str
    agent: str


_COMPUTED = {"reply_to", "reply_kind", "messages", "signals", "notes", "held", "older"}
_COLUMNS = [
    VIEW[field.name] for field in fields(Interaction) if field.name not in _COMPUTED
]


async def interaction_id(connection: AsyncConnection, number: int) -> UUID | None:
    """The id of a human number; None if there is none."""
    found: UUID | None = await connection.scalar(
        sa.select(VIEW.interaction_id).where(VIEW.number == number)
    )
    return found


async def interaction(connection: AsyncConnection, key: UUID) -> Interaction | None:
    """An interaction with its messages; None if it is not known (yet)."""
    columns = *_COLUMNS, VIEW.address, VIEW.signals
    query = sa.select(*columns).where(VIEW.interaction_id == key)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    values = row._asdict()
    to = _identifier(values.pop("address"))
    signals = _signals(values.pop("signals"))
    tags = tuple(values.pop("tags"))
    keys = await with_parts(connection, key)
    messages = await _messages(connection, keys)
    return Interaction(
        **values,
        tags=tags,
        reply_to=to.get("value", ""),
        reply_kind=to.get("kind", ""),
        messages=messages[-MOST_MESSAGES:],
        older=len(messages) > MOST_MESSAGES,
        signals=signals,
        notes=await _notes(connection, keys),
        held=await _held(connection, keys),
    )


async def open_work(
    connection: AsyncConnection,
    customer: UUID,
    *,
    limit: int = 20,
    group: Group | None = None,
) -> tuple[OpenWork, ...]:
    """The open interactions of a customer, newest first.

    `group` is whose: all who are one person with the customer if None.
    """
    group = group or await groups.of(connection, customer)
    columns = [VIEW[field.name] for field in fields(OpenWork)]
    rows = await connection.execute(
        sa.select(*columns)
        .where(VIEW.customer_id.in_(group.members), VIEW.state != "closed")
        .order_by(VIEW.opened_at.desc(), VIEW.interaction_id)
        .limit(limit)
    )
    return tuple(OpenWork(**row._asdict()) for row in rows)


async def _messages(
    connection: AsyncConnection, keys: Sequence[UUID]
) -> tuple[Contact, ...]:
    """What is said in them; messages of others than the first tell their number.

    One more than is shown: so it is known whether there are older ones.
    """
    newest = _newest(keys)
    said = TIMELINE.touchpoint_id == MESSAGES.touchpoint_id
    chosen = sa.and_(
        MESSAGES.interaction_id == newest.c.interaction_id,
        MESSAGES.touchpoint_id == newest.c.touchpoint_id,
    )
    rows = await connection.execute(
        sa.select(
            MESSAGES.touchpoint_id,
            MESSAGES.interaction_id,
            sa.case((MESSAGES.interaction_id != keys[0], VIEW.number)).label("number"),
            MESSAGES.occurred_at,
            MESSAGES.channel,
            MESSAGES.direction,
            MESSAGES.automatic,
            *CONTENT,
            *FATE,
            *CALL,
        )
        .select_from(newest)
        .join(interaction_view.MESSAGES, chosen)
        .outerjoin(customer_timeline.TABLE, said)
        .outerjoin(calls.TABLE, of_call(MESSAGES))
        .outerjoin(
            interaction_view.VIEW, VIEW.interaction_id == MESSAGES.interaction_id
        )
        .order_by(MESSAGES.occurred_at.desc(), MESSAGES.position.desc())
    )
    return tuple(contact(row) for row in reversed(rows.all()))


def _newest(keys: Sequence[UUID]) -> sa.Subquery:
    """Which messages are shown, chosen before anything is joined."""
    return (
        sa.select(MESSAGES.interaction_id, MESSAGES.touchpoint_id)
        .where(
            MESSAGES.interaction_id.in_(keys),
            places.now(MESSAGES.touchpoint_id, MESSAGES.interaction_id)
            == MESSAGES.interaction_id,
        )
        .order_by(MESSAGES.occurred_at.desc(), MESSAGES.position.desc())
        .limit(MOST_MESSAGES + 1)
        .subquery()
    )


async def _notes(connection: AsyncConnection, keys: Sequence[UUID]) -> tuple[Note, ...]:
    columns = [NOTES[field.name] for field in fields(Note)]
    rows = await connection.execute(
        sa.select(*columns)
        .where(NOTES.interaction_id.in_(keys))
        .order_by(NOTES.occurred_at.desc(), NOTES.position.desc())
        .limit(MOST_MESSAGES)
    )
    found = [row._asdict() for row in reversed(rows.all())]
    return tuple(Note(**{**one, "mentions": tuple(one["mentions"])}) for one in found)


async def _held(
    connection: AsyncConnection, keys: Sequence[UUID]
) -> tuple[HeldMessage, ...]:
    columns = [HELD.c[field.name] for field in fields(HeldMessage)]
    rows = await connection.execute(
        sa.select(*columns)
        .where(HELD.c.interaction_id.in_(keys))
        .order_by(HELD.c.due_at, HELD.c.touchpoint_id)
    )
    return tuple(HeldMessage(**row._asdict()) for row in rows)


def _identifier(address: Any) -> dict[str, str]:
    return (address or {}).get("identifier") or {}


def _signals(stored: list[list[str]]) -> tuple[Signalled, ...]:
    ordered = in_order(map(from_stored, stored))
    return tuple(Signalled(one.at, one.name, one.agent) for one in ordered)
