"""What a commit of the read models changed, and how clients are told."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import structlog

TOPICS: Final = (
    "topics are board, missed, interaction:<id>, presence:<id>, customer:<id>"
    " and agent:<user name>"
)
MOST_IDS: Final = 200
"""A change of more is told as `many`: refresh all that you show."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Changed:
    """Ids (hex) and names of what changed; `many`: too much to name, or unknown.

    `agent` are those at whom it begins or stops to ring. `calls` names what about calls
    has to be counted anew, and `missed` is how many wait to be called back. `presence`
    are interactions at which somebody came, began to write, or went.
    """

    interaction: frozenset[str] = frozenset()
    customer: frozenset[str] = frozenset()
    touchpoint: frozenset[str] = frozenset()
    queue: frozenset[str] = frozenset()
    agent: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    presence: frozenset[str] = frozenset()
    missed: int | None = None
    many: bool = False

    def narrowed(self, topics: AbstractSet[str]) -> "Changed":
        """What of it concerns some topics."""
        pairs = [topic.partition(":")[::2] for topic in topics & self.topics]
        return Changed(
            interaction=frozenset(key for kind, key in pairs if kind == "interaction"),
            customer=frozenset(key for kind, key in pairs if kind == "customer"),
            agent=frozenset(key for kind, key in pairs if kind == "agent"),
            calls=frozenset(key for kind, key in pairs if kind == "calls"),
            presence=frozenset(key for kind, key in pairs if kind == "presence"),
            missed=self.missed if "missed" in topics else None,
        )

    def __or__(self, other: "Changed") -> "Changed":
        return Changed(
            self.interaction | other.interaction,
            self.customer | other.customer,
            self.touchpoint | other.touchpoint,
            self.queue | other.queue,
            self.agent | other.agent,
            self.calls | other.calls,
            self.presence | other.presence,
            self.missed if other.missed is None else other.missed,
            many=self.many or other.many,
        )

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics whose watchers this concerns; watchers of the board apart."""
        found = {
            f"{kind}:{key}"
            for kind in ("interaction", "customer", "agent", "calls", "presence")
            for key in getattr(self, kind)
        }
        return frozenset(found if self.missed is None else {*found, "missed"})

    @cached_property
    def for_boards(self) -> "Changed":
        """What those learn of it who watch the board."""
        none: frozenset[str] = frozenset()
        return replace(self, agent=none, calls=none, presence=none, missed=None)

    @cached_property
    def work(self) -> bool:
        """Whether there is anything of it for boards."""
        return self.for_boards != NOTHING

    @property
    def size(self) -> int:
        """How many ids it names."""
        named = self.interaction, self.customer, self.touchpoint, self.agent
        return sum(map(len, named)) + len(self.presence)

    def as_json(self) -> str:
        """The data of the event."""
        named = {
            field.name: sorted(value)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), frozenset) and value
        }
        if self.many or sum(map(len, named.values())) > MOST_IDS:
            return '{"many":true}'
        counted = {} if self.missed is None else {"missed": self.missed}
        return json.dumps(named | counted, separators=(",", ":"))


NOTHING: Final = Changed()
EVERYTHING: Final = Changed(many=True)


def parse(payload: str) -> Changed:
    """The change that a payload announces; one that cannot be read is everything."""
    try:
        said = json.loads(payload)
        return Changed(
            interaction=_ids(said, "interaction"),
            customer=_ids(said, "customer"),
            touchpoint=_ids(said, "touchpoint"),
            queue=frozenset(map(str, said.get("queue", ()))),
            agent=frozenset(map(str, said.get("agent", ()))),
            calls=frozenset(map(str, said.get("calls", ()))),
            presence=_ids(said, "presence"),
            many=bool(said.get("many", False)),
        )
    except (ValueError, TypeError, AttributeError):
        _log.warning("change_unreadable", size=len(payload))
        return EVERYTHING


def access_changed(payload: str) -> str:
    """Who may see something else now, if that is what a payload announces."""
    if not payload.startswith('{"access"'):
        return ""
    return str(json.loads(payload)["access"])


def topic(text: str) -> str:
    """A topic in the form in which changes name it.

    Raises:
        ValueError: there is no such topic.
    """
    if text in {"board", "missed"}:
        return text
    kind, _, key = text.partition(":")
    if kind == "agent" and key:
        return text
    if not key or kind not in {"interaction", "customer", "presence"}:
        raise ValueError(TOPICS)
    return f"{kind}:{UUID(key).hex}"


def frame(event: str, number: str, data: str) -> bytes:
    """One server-sent event; `data` has no line breaks."""
    return f"id: {number}\nevent: {event}\ndata: {data}\n\n".encode()


def _ids(said: Any, kind: str) -> frozenset[str]:
    return frozenset(UUID(key).hex for key in said.get(kind, ()))
