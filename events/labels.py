"""How an interaction is marked: how urgent it is, and its tags.

Read models and decisions fold this one function, as they do with the lifecycle.
"""

from typing import Final, NamedTuple

from events.envelope import Event
from events.interaction import PriorityChanged, TagsChanged

PRIORITIES: Final = ("low", "normal", "high", "urgent")
"""From what can wait to what cannot."""


class Labels(NamedTuple):
    """`priority` is one of `PRIORITIES`; `tags` are sorted."""

    priority: str = "normal"
    tags: tuple[str, ...] = ()


def label(now: Labels, event: Event) -> Labels:
    """The labels after `event`; most events change none. Total over every order."""
    match event:
        case PriorityChanged():
            return now._replace(priority=event.priority)
        case TagsChanged():
            return now._replace(tags=event.tags)
        case _:
            return now
