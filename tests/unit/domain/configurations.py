"""A configuration told by its commands, as the store would keep it."""

from uuid import UUID

from events.envelope import Recorded
from events.ids import CONFIGURATION
from hub.domain.configuration import Configuration, evolve
from hub.domain.configuring import ImportItems, decide
from hub.domain.consistency import Around
from hub.domain.in_force import in_force
from tests.unit.domain.touchpoints import at

AROUND = Around(("ana", "ben"), {}, {}, "DE")
CARE = {"title": "Care", "default": True, "addresses": ["help@shop.example"]}
SALES = {"title": "Sales", "addresses": ["buy@shop.example"], "order": 1}
FIRST = {
    ("queue", "care"): CARE,
    ("queue", "sales"): SALES,
    ("disposition", "solved"): {"title": "Solved"},
}


class Told:
    """A configuration and its commands, the latest last."""

    def __init__(self, around=AROUND, first=FIRST):
        self.state = Configuration()
        self.around = around
        self.when(ImportItems(first), "settings")

    def when(self, command, actor="ben", around=None):
        """Carry out a command; answer its events."""
        events = decide(command, self.state, around or self.around)
        cause = UUID(int=1000 + self.state.version)
        for event in events:
            self.keep(event, actor, cause)
        return events

    def keep(self, event, actor="ben", cause=None):
        """Keep an event, whatever the rules say."""
        version = self.state.version + 1
        cause = cause or UUID(int=1000 + self.state.version)
        recorded = Recorded(
            UUID(int=version), CONFIGURATION, version, version, version - 1, 0,
            event, at(minutes=version), at(minutes=version), actor, cause, cause,
        )  # fmt: skip
        self.state = evolve(self.state, recorded)

    @property
    def last(self):
        """The id of the latest change."""
        return self.state.changes[-1].id

    @property
    def in_force(self):
        return in_force(self.state)
