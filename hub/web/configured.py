"""What is in force, in words for people."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain.in_force import InForce
from hub.web.languages import gettext
from hub.web.words import DISPOSITIONS
from projections.queries.interaction import Interaction


def disposition_titles(now: InForce) -> dict[str, str]:
    """How each way to end work is called, the hub's own among them."""
    own = {name: gettext(text) for name, text in DISPOSITIONS.items()}
    return own | {name: one.title for name, one in now.dispositions.items()}


def closings(now: InForce, queue: str) -> dict[str, str]:
    """How agents may end work in a queue, in the order of the menu."""
    titles = disposition_titles(now)
    return {name: titles[name] for name in now.dispositions_in(queue)}


@dataclass(frozen=True, slots=True)
class Moves:
    """Where work can go: titles of queues and of groups, by name."""

    queues: Mapping[str, str]
    groups: Mapping[str, str]


def moves(now: InForce, work: Interaction) -> Moves:
    """Where an interaction can go from where it is."""
    stays = work.state == "waiting" and not work.for_group
    here = now.queue(work.queue) if stays else ""
    return Moves(
        {name: queue.title for name, queue in now.queues.items() if name != here},
        {n: group.title for n, group in now.groups.items() if n != work.for_group},
    )
