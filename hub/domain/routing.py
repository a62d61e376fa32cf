"""Which queue an address, number or form leads to, and how long threads live."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """One queue's windows: reopening after closing, and an SMS conversation's pause."""

    name: str
    reopen_within: timedelta = timedelta(days=14)
    sms_window: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Routing:
    """`destinations` maps (channel, our address) to a queue; `default` takes the rest.

    A queue that is no longer configured keeps the default queue's windows.
    """

    policies: Mapping[str, QueuePolicy]
    destinations: Mapping[tuple[str, str], str]
    default: str

    def queue_for(self, channel: str, destination: str) -> str:
        """The queue of a new interaction."""
        return self.destinations.get((channel, destination.casefold()), self.default)

    def policy(self, queue: str) -> QueuePolicy:
        """The windows of a queue."""
        return self.policies.get(queue) or self.policies[self.default]
