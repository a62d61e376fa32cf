"""An interaction's lifecycle and labels as columns of the read models that show it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from events import held
from events.calls import from_stored, to_stored
from events.labels import Labels, label
from events.lifecycle import Lifecycle, advance
from events.linking import AttributionUndone, InteractionAttributed
from projections import columns as c
from projections.contract import Fact, Row


def lifecycle_columns() -> tuple[sa.Column[Any], ...]:
    """The columns of `events.lifecycle.Lifecycle` and `events.labels.Labels`."""
    return (
        c.text("state"),
        c.text("queue"),
        c.text("agent"),
        c.time("waiting_since", nullable=True),
        c.time("last_contact_at", nullable=True),
        c.time("closed_at", nullable=True),
        c.text("disposition"),
        c.number("contacts"),
        c.json("signals"),
        c.time("follow_up_at", nullable=True),
        c.uuid("merged_into", nullable=True),
        c.text("for_group"),
        c.json("held"),
        c.time("due_at", nullable=True),
        c.time("call_heard_at", nullable=True),
        c.text("priority"),
        c.json("tags"),
    )


def from_row(row: Row) -> Lifecycle:
    """The lifecycle that a row holds; a fresh one for a row being opened."""
    if "state" not in row:
        return Lifecycle()
    return Lifecycle(
        state=row["state"],
        queue=row["queue"],
        agent=row["agent"],
        waiting_since=row["waiting_since"],
        last_contact_at=row["last_contact_at"],
        closed_at=row["closed_at"],
        disposition=row["disposition"],
        contacts=row["contacts"],
        signals=tuple(map(from_stored, row["signals"])),
        follow_up_at=row["follow_up_at"],
        merged_into=row["merged_into"],
        for_group=row["for_group"],
        held=tuple(map(held.from_stored, row["held"])),
    )


def _labels(row: Row) -> Labels:
    if "priority" not in row:
        return Labels()
    return Labels(row["priority"], tuple(row["tags"]))


def _owner(row: Row, fact: Fact) -> UUID:
    """The customer that it belongs to after one event."""
    event = fact.record.event
    if isinstance(event, InteractionAttributed | AttributionUndone):
        return event.customer_id
    owner: UUID = row["customer_id"]
    return owner


def moved(row: Row, fact: Fact) -> Row:
    """The row with its lifecycle, labels and customer advanced by one event."""
    labels = label(_labels(row), fact.record.event)
    after = advance(from_row(row), fact.record.event, fact.record.occurred_at)
    return {
        **row,
        "customer_id": _owner(row, fact),
        "state": after.state,
        "queue": after.queue,
        "agent": after.agent,
        "waiting_since": after.waiting_since,
        "last_contact_at": after.last_contact_at,
        "closed_at": after.closed_at,
        "disposition": after.disposition,
        "contacts": after.contacts,
        "signals": [to_stored(signal) for signal in after.signals],
        "follow_up_at": after.follow_up_at,
        "merged_into": after.merged_into,
        "for_group": after.for_group,
        "held": [held.to_stored(one) for one in after.held],
        "due_at": after.due_at,
        "call_heard_at": after.call_heard_at,
        "priority": labels.priority,
        "tags": labels.tags,
    }
