"""The configuration as decisions and pages use it, and what holds the latest one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar, cast

from hub.domain.configuration import Configuration
from hub.domain.consistency import SYSTEM_DISPOSITIONS
from hub.domain.documents import Answer, Disposition, Document, Group, Queue, read
from hub.domain.routing import QueuePolicy, Routing

Kind = TypeVar("Kind", bound=Document)

CHANNELS: Final = {
    "addresses": ("email",),
    "numbers": ("sms", "phone"),
    "forms": ("webform",),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """All items by name, in the order of lists.

    `heirs` are the successors of removed queues, by their names.
    """

    version: int
    queues: Mapping[str, Queue]
    groups: Mapping[str, Group]
    answers: Mapping[str, Answer]
    dispositions: Mapping[str, Disposition]
    heirs: Mapping[str, str]
    routing: Routing

    @property
    def titles(self) -> dict[str, str]:
        """Queues' names for people; what was left in a removed queue is its heir's."""
        found = {name: queue.title for name, queue in self.queues.items()}
        return found | {
            gone: found[heir] for gone, heir in self.heirs.items() if heir in found
        }

    def names_of(self, queue: str) -> tuple[str, ...]:
        """The names under which a queue's work is stored: its own, and those it got.

        None for an empty name.
        """
        if not queue:
            return ()
        return (queue, *(gone for gone, heir in self.heirs.items() if heir == queue))

    def queue(self, name: str) -> str:
        """The queue that a stored name stands for."""
        return self.heirs.get(name, name)

    def groups_of(self, person: str) -> dict[str, str]:
        """Titles of the groups that somebody is in, by name."""
        return {n: g.title for n, g in self.groups.items() if person in g.members}

    def dispositions_in(self, queue: str) -> tuple[str, ...]:
        """How work in a queue may end by an agent's word."""
        here = self.queue(queue)
        own = (
            n for n, d in self.dispositions.items() if not d.queues or here in d.queues
        )
        return (*own, *SYSTEM_DISPOSITIONS)

    def answers_for(self, channel: str, queue: str) -> dict[str, Answer]:
        """The canned answers for work of a channel in a queue."""
        here = self.queue(queue)
        return {
            name: one
            for name, one in self.answers.items()
            if (not one.channels or channel in one.channels)
            and (not one.queues or here in one.queues)
        }


class Configured:
    """Holds what is in force in this process; replaced as a whole when it changes."""

    def __init__(self, now: InForce) -> None:
        self.now = now


def in_force(state: Configuration) -> InForce:
    """The configuration, read."""
    queues = _items(state, "queue", Queue)
    return InForce(
        version=state.version,
        queues=queues,
        groups=_items(state, "group", Group),
        answers=_items(state, "answer", Answer),
        dispositions=_items(state, "disposition", Disposition),
        heirs=state.heirs(),
        routing=_routing(queues, state.heirs()),
    )


def _items(state: Configuration, kind: str, _cls: type[Kind]) -> dict[str, Kind]:
    found = {
        name: cast("Kind", read(kind, document))
        for name, document in state.items(kind).items()
    }
    return dict(sorted(found.items(), key=_place))


def _place(item: tuple[str, Document]) -> tuple[int, str, str]:
    name, document = item
    return getattr(document, "order", 0), document.title.casefold(), name


def _routing(queues: Mapping[str, Queue], heirs: Mapping[str, str]) -> Routing:
    policies = {name: _policy(name, queue) for name, queue in queues.items()}
    inherited = {gone: policies[heir] for gone, heir in heirs.items() if heir in queues}
    return Routing(
        policies={**inherited, **policies},
        destinations={
            (channel, value): name
            for name, queue in queues.items()
            for field, channels in CHANNELS.items()
            for value in getattr(queue, field)
            for channel in channels
        },
        default=next(name for name, queue in queues.items() if queue.default),
    )


def _policy(name: str, queue: Queue) -> QueuePolicy:
    return QueuePolicy(
        name, timedelta(days=queue.reopen_days), timedelta(hours=queue.sms_window_hours)
    )
