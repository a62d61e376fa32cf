"""A configuration in memory, decided on by the rules themselves."""

from uuid import UUID, uuid4

from typing_extensions import override

from events.envelope import Recorded
from events.ids import CONFIGURATION
from hub.application.accounts import Accounts
from hub.application.at_desk import people_at_desk
from hub.application.configuring import Configuring
from hub.application.errors import RefusedError
from hub.application.token import encode
from hub.domain.configuration import Configuration, evolve
from hub.domain.configuring import Command, ImportItems, decide
from hub.domain.consistency import Around
from hub.domain.in_force import Configured, in_force
from hub.domain.interaction import RuleError
from tests.unit.domain.touchpoints import at

QUEUES = {
    "orders": {"title": "Orders and delivery", "default": True},
    "billing": {"title": "Billing"},
    "returns": {"title": "Returns and repairs"},
    "press": {"title": "Press"},
}
ENDINGS = {
    "solved": "Solved",
    "answered": "Answered",
    "no_reply_needed": "No reply needed",
}


class MemoryConfiguring(Configuring):
    """Where nobody is at work: any queue and group may go."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.now = Configuration()
        queues = {
            ("queue", name): {**one, "order": order}
            for order, (name, one) in enumerate(QUEUES.items())
        }
        endings = {
            ("disposition", name): {"title": title, "order": order}
            for order, (name, title) in enumerate(ENDINGS.items())
        }
        self._write(ImportItems({**queues, **endings}), "settings", ())
        self.configured = Configured(in_force(self.now))

    @override
    async def carry_out(self, command: Command, actor: str) -> str:
        people = await people_at_desk(self.accounts)
        try:
            self._write(command, actor, tuple(people))
        except RuleError as error:
            raise RefusedError(str(error)) from error
        self.configured.now = in_force(self.now)
        return encode({})

    @override
    async def state(self) -> Configuration:
        return self.now

    def _write(self, command: Command, actor: str, people: tuple[str, ...]) -> None:
        around, cause = Around(people, {}, {}, "DE"), uuid4()
        for event in decide(command, self.now, around):
            version = self.now.version + 1
            recorded = Recorded(
                UUID(int=version), CONFIGURATION, version, version, 0, 0, event,
                at(minutes=version), at(minutes=version), actor, cause, cause,
            )  # fmt: skip
            self.now = evolve(self.now, recorded)
