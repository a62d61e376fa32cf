"""The configuration of an installation, folded from its one stream. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from events.configuration import ConfigurationRemoved, ConfigurationSet
from events.envelope import Recorded

Key = tuple[str, str]
"""Kind and name of an item."""


class Step(NamedTuple):
    """What one event did to an item; `before` and `after` are None where it was gone.

    `revision` is the version of the stream that the event made. `led_to` is the
    successor that the item had before.
    """

    kind: str
    name: str
    before: str | None
    after: str | None
    revision: int
    successor: str = ""
    led_to: str = ""


class Change(NamedTuple):
    """What one command did, by whom and when; `undoes` is the command it took back."""

    id: UUID
    actor: str
    at: datetime
    steps: tuple[Step, ...]
    undoes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """All items that there are or were, and all changes, oldest first."""

    version: int = 0
    latest: Mapping[Key, Step] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    def document(self, kind: str, name: str) -> str | None:
        """An item's document, unless there is none."""
        step = self.latest.get((kind, name))
        return step.after if step else None

    def revision(self, kind: str, name: str) -> int:
        """The revision of an item: 0 if there never was one."""
        step = self.latest.get((kind, name))
        return step.revision if step else 0

    def items(self, kind: str) -> Mapping[str, str]:
        """Documents of the items of a kind, by name."""
        found = {n: s.after for (k, n), s in self.latest.items() if k == kind}
        return {name: after for name, after in found.items() if after is not None}

    def heir(self, queue: str) -> str:
        """The queue that a queue's name stands for; a removed one leads to others."""
        passed = {queue}
        while self.document("queue", queue) is None:
            step = self.latest.get(("queue", queue))
            if step is None or not step.successor or step.successor in passed:
                return queue
            queue = step.successor
            passed.add(queue)
        return queue

    def heirs(self) -> dict[str, str]:
        """Successors of removed queues that have one, by their names."""
        names = (name for kind, name in self.latest if kind == "queue")
        found = {name: self.heir(name) for name in names}
        return {name: heir for name, heir in found.items() if name != heir}

    def change(self, id_: UUID) -> Change | None:
        """What a command did."""
        return next((one for one in self.changes if one.id == id_), None)

    def undone(self) -> frozenset[UUID]:
        """Commands that were taken back, and that not taken back again."""
        found: set[UUID] = set()
        for change in reversed(self.changes):
            if change.undoes is not None and change.id not in found:
                found.add(change.undoes)
        return frozenset(found)

    def by(self, revision: int) -> Change | None:
        """The change that made a revision."""
        for change in reversed(self.changes):
            if any(step.revision == revision for step in change.steps):
                return change
        return None


def evolve(state: Configuration, recorded: Recorded) -> Configuration:
    """The configuration after one event of its stream."""
    event = recorded.event
    if not isinstance(event, ConfigurationSet | ConfigurationRemoved):
        return replace(state, version=recorded.version)
    known = state.latest.get((event.kind, event.name))
    step = Step(
        event.kind,
        event.name,
        known.after if known else None,
        event.document if isinstance(event, ConfigurationSet) else None,
        recorded.version,
        event.successor if isinstance(event, ConfigurationRemoved) else "",
        known.successor if known else "",
    )
    return Configuration(
        recorded.version,
        {**state.latest, (event.kind, event.name): step},
        _noted(state.changes, recorded, step, event.undoes),
    )


def _noted(
    changes: tuple[Change, ...], recorded: Recorded, step: Step, undoes: UUID | None
) -> tuple[Change, ...]:
    """Events of one command are one change."""
    last = changes[-1] if changes else None
    if last is not None and last.id == recorded.causation:
        return (*changes[:-1], last._replace(steps=(*last.steps, step)))
    fresh = Change(
        recorded.causation, recorded.actor, recorded.occurred_at, (step,), undoes
    )
    return (*changes, fresh)


def fold(history: Iterable[Recorded]) -> Configuration:
    """The configuration after its whole stream."""
    state = Configuration()
    for recorded in history:
        state = evolve(state, recorded)
    return state
