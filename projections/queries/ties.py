"""What was done with an interaction, its ties to others, and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import customer_card, interaction_steps, interaction_view
from projections.queries import groups

_STEPS: Final = interaction_steps.TABLE.c
_VIEW: Final = interaction_view.VIEW.c
_CARD: Final = customer_card.TABLE.c

_BY_ITSELF: Final = frozenset({"abandoned", "lost", "taken_back"})
"""Dispositions of what nobody closed by hand: it is reopened instead."""

MOST_STEPS: Final = 200
"""The latest are read, not more."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another interaction in one line, with the name of its customer where known.

    `person` is the same for all customers who were merged.
    """

    interaction_id: UUID
    number: int
    channel: str
    subject: str
    state: str
    queue: str
    agent: str
    contacts: int
    last_contact_at: datetime | None
    opened_at: datetime
    merged_into: UUID | None
    customer_id: UUID
    customer_name: str
    person: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done: `what` is the name of its event, `detail` its facts.

    `undo` is the command that takes it back, with `other` where it needs one; empty
    where nothing can, or not any more.
    """

    version: int
    what: str
    actor: str
    at: datetime
    detail: Mapping[str, Any]
    undo: str = ""
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """Links to others, and steps, the latest first.

    `whole` is what this is a part of; `parts` are parts of this. `closed_by_somebody`:
    it is closed, and that can be undone.
    """

    steps: tuple[Step, ...] = ()
    whole: Other | None = None
    parts: tuple[Other, ...] = ()
    related: tuple[Other, ...] = ()
    split_from: Other | None = None
    split_off: tuple[Other, ...] = ()
    closed_by_somebody: bool = False


@dataclass(frozen=True, slots=True)
class _Stands:
    """What of an interaction's row decides on what can be undone."""

    state: str
    disposition: str
    merged_into: UUID | None
    split_from: UUID | None

    @property
    def closed_by_somebody(self) -> bool:
        open_or_part = self.state != "closed" or self.merged_into is not None
        return not open_or_part and self.disposition not in _BY_ITSELF


_PAIRS: Final = {
    "InteractionLinked": ("other", "LinkUndone", "undo-link"),
    "InteractionMerged": ("into", "MergeUndone", "undo-merge"),
    "InteractionAbsorbed": ("other", "MergeUndone", "undo-merge"),
    "TouchpointsSplitOff": ("into", "SplitUndone", "undo-split"),
}
"""Steps between two interactions: the detail that names the other, what undoes it."""


async def ties(connection: AsyncConnection, interaction: UUID) -> Ties:
    """All of it; an interaction that is not known has none."""
    columns = [_VIEW[field.name] for field in fields(_Stands)]
    query = sa.select(*columns).where(_VIEW.interaction_id == interaction)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return Ties()
    now = _Stands(*row)
    steps = undoable(await _steps(connection, interaction), now)
    wanted = [one.other for one in steps if one.other]
    wanted += [one for one in (now.merged_into, now.split_from) if one]
    found = {one.interaction_id: one for one in await others(connection, wanted)}

    def of(what: str) -> tuple[Other, ...]:
        ids = [one.other for one in steps if one.other and one.what == what]
        return tuple(found[one] for one in ids if one in found)

    return Ties(
        steps=steps,
        whole=found.get(now.merged_into) if now.merged_into else None,
        parts=of("InteractionAbsorbed"),
        related=of("InteractionLinked"),
        split_from=found.get(now.split_from) if now.split_from else None,
        split_off=of("TouchpointsSplitOff"),
        closed_by_somebody=now.closed_by_somebody,
    )


async def others(
    connection: AsyncConnection, interactions: Iterable[UUID]
) -> tuple[Other, ...]:
    """These interactions, in order of their numbers; the unknown ones are missing."""
    joined = {"customer_name": groups.NAME, "person": groups.root(_VIEW.customer_id)}
    names = (field.name for field in fields(Other))
    rows = await connection.execute(
        sa.select(*((joined[n] if n in joined else _VIEW[n]).label(n) for n in names))
        .select_from(interaction_view.VIEW)
        .outerjoin(
            customer_card.TABLE, _CARD.customer_id == groups.root(_VIEW.customer_id)
        )
        .where(_VIEW.interaction_id.in_(set(interactions)))
        .order_by(_VIEW.number)
    )
    return tuple(Other(**row._asdict()) for row in rows)


async def with_parts(connection: AsyncConnection, interaction: UUID) -> list[UUID]:
    """An interaction and all that is a part of it, or of its parts; itself first."""
    top = sa.select(sa.literal(interaction).label("id")).cte("parts", recursive=True)
    # UNION, not UNION ALL: whatever the rows say, this comes to an end.
    every = top.union(
        sa.select(_VIEW.interaction_id).join(top, _VIEW.merged_into == top.c.id)
    )
    found = set(await connection.scalars(sa.select(every.c.id)))
    return [interaction, *sorted(found - {interaction}, key=str)]


async def _steps(connection: AsyncConnection, interaction: UUID) -> list[Step]:
    rows = await connection.execute(
        sa.select(
            _STEPS.version, _STEPS.what, _STEPS.actor, _STEPS.occurred_at, _STEPS.detail
        )
        .where(_STEPS.interaction_id == interaction)
        .order_by(_STEPS.version.desc())
        .limit(MOST_STEPS)
    )
    return [Step(*row) for row in rows]


def undoable(steps: Sequence[Step], now: "_Stands") -> tuple[Step, ...]:
    """The steps, the latest first, each with what takes it back if that can be."""
    seen = _Seen(now)
    return tuple(seen.look(one) for one in steps)


class _Seen:
    """What was undone, or done once more, after the step that is looked at."""

    def __init__(self, now: _Stands) -> None:
        self._now = now
        self._gone: set[tuple[str, UUID]] = set()
        self._given_back = 0
        self._closings = 0

    def look(self, step: Step) -> Step:
        """The step with its way back; steps come the latest first."""
        if step.what in _PAIRS:
            return self._between(step)
        if step.what == "InteractionClosed":
            return self._closing(step)
        if step.what == "InteractionAttributed":
            return self._attribution(step)
        self._given_back += step.what == "AttributionUndone"
        if step.what.endswith("Undone") and "other" in step.detail:
            self._gone.add((step.what, UUID(step.detail["other"])))
        return step

    def _between(self, step: Step) -> Step:
        name, undone_by, command = _PAIRS[step.what]
        other = UUID(step.detail[name])
        if (undone_by, other) in self._gone:
            return step
        self._gone.add((undone_by, other))
        return _with(step, command, other)

    def _closing(self, step: Step) -> Step:
        self._closings += 1
        if self._closings > 1 or not self._now.closed_by_somebody:
            return step
        spam = self._now.disposition == "spam"
        return _with(step, "not-spam" if spam else "undo-close")

    def _attribution(self, step: Step) -> Step:
        if self._given_back:
            self._given_back -= 1
            return step
        # Only the latest can be undone; the one before it is next then.
        self._given_back = MOST_STEPS
        return _with(step, "undo-attribution")


def _with(step: Step, undo: str, other: UUID | None = None) -> Step:
    return replace(step, undo=undo, other=other)
