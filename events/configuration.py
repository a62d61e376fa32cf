"""Events on the one stream of an installation's configuration.

Its parts are items of a kind (`queue`, `group`, `answer`, `disposition`), each with a
document: so a later kind needs no schema of its own. Documents name people who work
here by their user names, and no customers.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """An item is this from now on; `document` is JSON.

    `undoes` is the command whose change this takes back.
    """

    kind: str
    name: str
    document: str
    undoes: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConfigurationRemoved:
    """An item is gone; what was in a queue is in its `successor`, if that is named.

    `undoes` is the command whose change this takes back.
    """

    kind: str
    name: str
    successor: str = ""
    undoes: UUID | None = None


ConfigurationEvent = ConfigurationSet | ConfigurationRemoved
