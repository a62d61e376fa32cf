"""Change the configuration, and look at its history."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from events.ids import CONFIGURATION
from hub.application import token
from hub.application.accounts import Accounts
from hub.application.at_desk import people_at_desk
from hub.application.commanding import Commands, CommandUnit
from hub.domain.configuration import Configuration, Key, fold
from hub.domain.configuring import Command, ImportItems, decide
from hub.domain.consistency import Around
from hub.domain.in_force import in_force
from hub.domain.recording import Cause, Placed, event_id, pending
from hub.domain.writes import Writes

SETTINGS = "settings"
"""Who made the first configuration."""


class Configuring(Protocol):
    """The configuration, to be changed; answers are position tokens."""

    async def carry_out(self, command: Command, actor: str) -> str:
        """Change it.

        Raises:
            RefusedError: the rules forbid it, or somebody changed it in between.
            ConflictError: others were faster several times in a row.
        """
        ...

    async def state(self) -> Configuration:
        """All of it, with its history, as the store has it."""
        ...


@dataclass(frozen=True, slots=True)
class ConfigurationDesk:
    """Implements `Configuring` on a command store; `region` is that of numbers."""

    commands: Commands
    accounts: Accounts
    region: str

    async def carry_out(self, command: Command, actor: str) -> str:
        """Change it; what this process decides on follows at once."""
        people = await people_at_desk(self.accounts)
        return await self.commands.attempt(lambda: self._write(command, actor, people))

    async def state(self) -> Configuration:
        """All of it, with its history, as the store has it."""
        found: list[Configuration] = []

        def read() -> str:
            with self.commands.store.command() as unit:
                found.append(fold(unit.history(CONFIGURATION)))
            return ""

        await self.commands.attempt(read)
        return found[-1]

    def _write(self, command: Command, actor: str, people: Collection[str]) -> str:
        with self.commands.store.command() as unit:
            cause = self.commands.cause(actor)
            around = Around(people, *unit.open_work(), self.region)
            written = unit.commit(_decided(unit, command, around, cause))
            after = fold(unit.history(CONFIGURATION))
        self.commands.rules.configured.now = in_force(after)
        return token.encode(written)


def _decided(
    unit: CommandUnit, command: Command, around: Around, cause: Cause
) -> Writes:
    state = fold(unit.history(CONFIGURATION))
    decided = decide(command, state, around)
    return Writes(
        events=[
            pending(
                Placed(
                    event_id(cause.id, CONFIGURATION, type(event), _place(event)),
                    CONFIGURATION,
                    version,
                ),
                event,
                cause,
            )
            for version, event in enumerate(decided, start=state.version + 1)
        ]
    )


def _place(event: Any) -> str:
    return f"{event.kind}/{event.name}"


def begin(
    unit: CommandUnit, first: Mapping[Key, Mapping[str, Any]], region: str, cause: Cause
) -> None:
    """Write the first configuration, unless there is one.

    Raises:
        RuleError: it does not fit together.
        StoreConflictError: somebody else is writing it.
    """
    if not unit.history(CONFIGURATION):
        around = Around((), {}, {}, region)
        unit.commit(_decided(unit, ImportItems(first), around, cause))
