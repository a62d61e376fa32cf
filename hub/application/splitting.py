"""Split contacts off into an interaction of their own, and bring them back."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from events import ids
from hub.application import token
from hub.application.commanding import Commands, load
from hub.domain.interaction import RuleError
from hub.domain.known import Known
from hub.domain.recording import Recorder
from hub.domain.splitting import Cut, coming, going


def part_id(interaction: UUID, request: UUID) -> UUID:
    """The id of the interaction that a request splits off."""
    return ids.derived(request, f"split/{interaction.hex}")


@dataclass(frozen=True, slots=True)
class Splitting:
    """What somebody splits off one interaction, or brings back to it."""

    commands: Commands
    interaction: UUID
    actor: str

    def off(self, touchpoints: AbstractSet[UUID], queue: str, request: UUID) -> str:
        """Open an interaction for some contacts; once per request.

        Raises:
            RuleError: the rules forbid it, or there is no such queue.
        """
        part = part_id(self.interaction, request)
        with self.commands.store.command() as unit:
            state = load(unit, self.interaction)
            if unit.history(part):
                return token.encode({})
            if queue not in self.commands.rules.configured.now.queues:
                raise RuleError("There is no queue {queue!r}.", queue=queue)
            cut = self._cut()
            cut.off(state, going(state, touchpoints), part, queue)
            cut.recorder.writes.number(unit.numbers(1))
            return token.encode(unit.commit(cut.recorder.writes))

    def undo(self, part: UUID) -> str:
        """Bring back the contacts that were split off; nothing if they are here.

        Raises:
            RuleError: they were split off once more.
        """
        with self.commands.store.command() as unit:
            here, there = load(unit, self.interaction), load(unit, part)
            cut, found = self._cut(), coming(here, there)
            if found:
                cut.back(here, there, found)
            return token.encode(unit.commit(cut.recorder.writes))

    def _cut(self) -> Cut:
        recorder = Recorder(self.commands.rules, Known())
        return Cut(recorder, self.commands.cause(self.actor))
