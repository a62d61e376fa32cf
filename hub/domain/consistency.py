"""What must hold over the whole configuration, whoever changes a part of it. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.configuration import (
    ConfigurationEvent,
    ConfigurationRemoved,
    ConfigurationSet,
)
from hub.domain.configuration import Configuration, Key
from hub.domain.documents import (
    KINDS,
    TITLES,
    Answer,
    Disposition,
    Document,
    Group,
    Queue,
    read,
)
from hub.domain.interaction import RuleError
from hub.domain.refusing import Wording

SYSTEM_DISPOSITIONS: Final = ("duplicate", "spam")
"""Agents may always end work so; what follows from it is the hub's own."""

RESERVED: Final = frozenset({*SYSTEM_DISPOSITIONS, "abandoned", "lost", "merged"})
"""Dispositions that nobody sets up."""


@dataclass(frozen=True, slots=True)
class Around:
    """What rules look at beside the configuration.

    `people` are user names of who works at the desk; `open_work` counts open
    interactions by queue, `reserved` those that wait for a group. `region` is where
    telephone numbers without a country code are.
    """

    people: Collection[str]
    open_work: Mapping[str, int]
    reserved: Mapping[str, int]
    region: str


class Draft(dict[Key, Document]):
    """All items as they would be."""

    def __init__(self, items: Mapping[Key, Document]) -> None:
        super().__init__(items)
        self._successors: dict[Key, str] = {}

    @classmethod
    def of(cls, state: Configuration) -> "Draft":
        """A draft in which nothing has changed."""
        return cls(
            {
                (kind, name): read(kind, document)
                for kind in KINDS
                for name, document in state.items(kind).items()
            }
        )

    def remove(self, key: Key, successor: str) -> None:
        """Take an item away."""
        self.pop(key, None)
        self._successors[key] = successor

    def no_default(self) -> None:
        """Whatever queue is the default is it no longer."""
        for key, queue in self.queues():
            if queue.default:
                self[key] = queue.model_copy(update={"default": False})

    def rename_queue(self, old: str, new: str) -> None:
        """What is meant for a queue is meant for another one."""
        for key, item in self.limited():
            if old in item.queues:
                queues = dict.fromkeys(new if q == old else q for q in item.queues)
                self[key] = item.model_copy(update={"queues": tuple(queues)})

    def queues(self) -> list[tuple[Key, Queue]]:
        """All queues."""
        return [(key, one) for key, one in self.items() if isinstance(one, Queue)]

    def limited(self) -> list[tuple[Key, Answer | Disposition]]:
        """All that may be meant for some queues alone."""
        found = self.items()
        return [(k, one) for k, one in found if isinstance(one, Answer | Disposition)]

    def events(
        self, state: Configuration, undoes: UUID | None
    ) -> list[ConfigurationEvent]:
        """What makes the draft true."""
        changed = [
            ConfigurationSet(*key, item.stored(), undoes)
            for key, item in self.items()
            if item != _as_it_is(state, key)
        ]
        gone = [
            ConfigurationRemoved(*key, successor, undoes)
            for key, successor in self._successors.items()
            if key not in self and state.document(*key) is not None
        ]
        return [*changed, *gone]

    def removed(self, state: Configuration, kind: str) -> dict[str, str]:
        """Items of a kind that would be gone, with their successors."""
        return {
            name: self._successors.get((kind, name), "")
            for name in state.items(kind)
            if (kind, name) not in self
        }


def _as_it_is(state: Configuration, key: Key) -> Document | None:
    document = state.document(*key)
    return read(key[0], document) if document is not None else None


def check(draft: Draft, state: Configuration, around: Around) -> None:
    """Let through what fits together.

    Raises:
        RuleError: says what does not, and what to do first.
    """
    _one_default(draft)
    _one_owner(draft)
    _known_queues(draft)
    _no_reserved_names(draft)
    _known_members(draft, state, around.people)
    _nothing_left_behind(draft, state, around)


def _one_default(draft: Draft) -> None:
    found = [key[1] for key, queue in draft.queues() if queue.default]
    if not found:
        raise RuleError(
            "One queue must be the default. Make another one the default instead."
        )
    if len(found) > 1:
        raise RuleError(
            "Only one queue can be the default, not {found}.", found=", ".join(found)
        )


def _claims(queue: Queue) -> Iterator[tuple[str, str]]:
    yield from ((Wording("address"), one) for one in queue.addresses)
    yield from ((Wording("number"), one) for one in queue.numbers)
    yield from ((Wording("form"), one) for one in queue.forms)


def _one_owner(draft: Draft) -> None:
    owners: dict[tuple[str, str], str] = {}
    for (_, name), queue in draft.queues():
        for what, value in _claims(queue):
            other = owners.setdefault((what, value), name)
            if other != name:
                raise RuleError(
                    "The {what} {value} leads to queue {other} already. Take it away"
                    " there first.",
                    what=what,
                    value=value,
                    other=other,
                )


def _known_queues(draft: Draft) -> None:
    for (kind, name), item in draft.limited():
        for queue in item.queues:
            if ("queue", queue) not in draft:
                raise RuleError(
                    "{kind} {name} is for queue {queue}, which would not be there."
                    " Change that first, or name a successor of the queue.",
                    kind=TITLES[kind],
                    name=name,
                    queue=queue,
                )


def _no_reserved_names(draft: Draft) -> None:
    for kind, name in draft:
        if kind == "disposition" and name in RESERVED:
            raise RuleError("{name!r} is a disposition of the hub's own.", name=name)


def _known_members(draft: Draft, state: Configuration, people: Collection[str]) -> None:
    """Looks at groups that change: who left later does no harm."""
    changed = [
        item
        for key, item in draft.items()
        if isinstance(item, Group) and item != _as_it_is(state, key)
    ]
    unknown = {one for group in changed for one in group.members} - set(people)
    if unknown:
        raise RuleError(
            "Nobody at the desk is called {names}.",
            names=", ".join(sorted(unknown)),
        )


def _nothing_left_behind(draft: Draft, state: Configuration, around: Around) -> None:
    for name, successor in draft.removed(state, "queue").items():
        left = _left(state, name, around.open_work)
        if left and ("queue", state.heir(successor)) not in draft:
            raise RuleError(
                "{left} open interactions are in queue {name}. Name the queue that"
                " gets them.",
                left=left,
                name=name,
            )
    for name in draft.removed(state, "group"):
        if left := around.reserved.get(name, 0):
            raise RuleError(
                "{left} interactions wait for group {name}. Give them to others first.",
                left=left,
                name=name,
            )


def _left(state: Configuration, queue: str, open_work: Mapping[str, int]) -> int:
    return sum(count for name, count in open_work.items() if state.heir(name) == queue)
