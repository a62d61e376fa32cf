"""Given these touchpoints, when this one comes, then these events follow."""

from hub.domain.intake import decide, wanted
from tests.unit.domain.memory import Memory
from tests.unit.domain.touchpoints import rules


class Story:
    """Everything decided so far, batch by batch, on a store in memory."""

    def __init__(self):
        self.memory = Memory()
        self.rules = rules()

    def given(self, *touchpoints):
        """They came one by one."""
        for touchpoint in touchpoints:
            self.when(touchpoint)
        return self

    def when(self, *batch):
        """They come in one batch; answer the new events."""
        known = self.memory.read(wanted(batch, self.rules))
        writes = decide(batch, known, self.rules)
        writes.number(self.memory.numbered)
        self.memory.write(writes)
        return [pending.event for pending in writes.events]

    @property
    def interactions(self):
        """Interactions in order of opening, each as the names of its events."""
        heads = self.memory.known.interactions
        streams = self.memory.streams.items()
        return [_names(events) for stream, events in streams if stream in heads]

    @property
    def customers(self):
        """Customers in order of opening, each as the names of its events."""
        customers = self.memory.known.customers
        streams = self.memory.streams.items()
        return [_names(events) for stream, events in streams if stream in customers]

    def head(self, touchpoint):
        """The head of the interaction that a touchpoint belongs to."""
        place = self.memory.known.places[touchpoint.touchpoint_id]
        return self.memory.known.interactions[place.interaction]

    def opened(self, event):
        """A sealed personal record of an event."""
        return self.rules.sealer.unseal(event.personal, None)


def _names(events):
    return [type(recorded.event).__name__ for recorded in events]


def names(events):
    """The class names of events."""
    return [type(event).__name__ for event in events]
