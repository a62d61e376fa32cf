"""What a commit of the read models changed, and how clients are told."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final, Self
from uuid import UUID

import structlog

MOST_IDS: Final = 200
"""A change of more is told as `many`: refresh all that you show."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Changed:
    """Ids (hex) and names of what changed; `many`: too much to name, or unknown."""

    interaction: frozenset[str] = frozenset()
    customer: frozenset[str] = frozenset()
    touchpoint: frozenset[str] = frozenset()
    queue: frozenset[str] = frozenset()
    many: bool = False

    @classmethod
    def of_topics(cls, topics: Iterable[str]) -> Self:
        """The change that exactly concerns some topics."""
        pairs = [topic.split(":") for topic in topics]
        return cls(
            interaction=frozenset(key for kind, key in pairs if kind == "interaction"),
            customer=frozenset(key for kind, key in pairs if kind == "customer"),
        )

    def __or__(self, other: "Changed") -> "Changed":
        return Changed(
            self.interaction | other.interaction,
            self.customer | other.customer,
            self.touchpoint | other.touchpoint,
            self.queue | other.queue,
            many=self.many or other.many,
        )

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics whose watchers this concerns; watchers of the board apart."""
        return frozenset(f"interaction:{key}" for key in self.interaction) | frozenset(
            f"customer:{key}" for key in self.customer
        )

    @property
    def size(self) -> int:
        """How many ids it names."""
        return len(self.interaction) + len(self.customer) + len(self.touchpoint)

    def as_json(self) -> str:
        """The data of the event."""
        named = {
            field.name: sorted(value)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), frozenset) and value
        }
        if self.many or sum(map(len, named.values())) > MOST_IDS:
            return '{"many":true}'
        return json.dumps(named, separators=(",", ":"))


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
            many=bool(said.get("many", False)),
        )
    except (ValueError, TypeError, AttributeError):
        _log.warning("change_unreadable", size=len(payload))
        return EVERYTHING


def logged_out(payload: str) -> str:
    """The user name whose sessions ended, if that is what a payload announces."""
    if not payload.startswith('{"logged_out"'):
        return ""
    return str(json.loads(payload)["logged_out"])


def topic(text: str) -> str:
    """A topic in the form in which changes name it.

    Raises:
        ValueError: there is no such topic.
    """
    if text == "board":
        return text
    kind, colon, key = text.partition(":")
    if not colon or kind not in {"interaction", "customer"}:
        raise ValueError("topics are board, interaction:<id> and customer:<id>")
    return f"{kind}:{UUID(key).hex}"


def frame(event: str, number: str, data: str) -> bytes:
    """One server-sent event; `data` has no line breaks."""
    return f"id: {number}\nevent: {event}\ndata: {data}\n\n".encode()


def _ids(said: Any, kind: str) -> frozenset[str]:
    return frozenset(UUID(key).hex for key in said.get(kind, ()))
