"""Mark work and write notes on it: `decide(command, state) -> events`. Pure.

Anybody at the desk may: also on what somebody else has, and on what is closed.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from events.interaction import InteractionEvent, PriorityChanged, TagsChanged
from events.labels import PRIORITIES
from hub.domain.interaction import Interaction, RuleError

MOST_TAGS: Final = 30
LONGEST_TAG: Final = 40
_MENTION: Final = re.compile(
    r"(?<![\w.@])@([a-z0-9][a-z0-9._-]{0,62}[a-z0-9]|[a-z0-9])"
)


def prioritise(state: Interaction, priority: str) -> list[InteractionEvent]:
    """Make it more or less urgent; what it is already stays.

    Raises:
        RuleError: no such priority.
    """
    if priority not in PRIORITIES:
        known = ", ".join(PRIORITIES)
        raise RuleError(
            "{priority!r} is no priority. Use one of: {known}.",
            priority=priority,
            known=known,
        )
    return [] if state.labels.priority == priority else [PriorityChanged(priority)]


def tag(
    state: Interaction, add: Iterable[str], remove: Iterable[str]
) -> list[InteractionEvent]:
    """Add and remove tags; capitals and spaces around them do not count.

    Raises:
        RuleError: a tag is empty or too long, or there are too many.
    """
    gone = set(map(_tag, remove))
    tags = tuple(sorted({*state.labels.tags, *map(_tag, add)} - gone))
    if len(tags) > MOST_TAGS:
        raise RuleError("An interaction has {most} tags at most.", most=MOST_TAGS)
    return [] if tags == state.labels.tags else [TagsChanged(tags)]


def _tag(text: str) -> str:
    found = " ".join(text.casefold().split())
    if not found or any(unicodedata.category(one) == "Cc" for one in found):
        raise RuleError("A tag needs a word of letters, digits and signs.")
    if len(found) > LONGEST_TAG:
        raise RuleError("A tag has {most} characters at most.", most=LONGEST_TAG)
    return found


def mentioned(text: str, people: Iterable[str]) -> tuple[str, ...]:
    """Whom a note calls by `@name`, of those who are there; sorted."""
    return tuple(sorted(set(_MENTION.findall(text.casefold())) & set(people)))
