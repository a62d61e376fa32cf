"""What can be done with a message after it was written."""

from dataclasses import dataclass
from uuid import UUID

from events.envelope import Recorded
from events.personal import PersonalReply
from hub.application import token
from hub.application.commanding import Commands, CommandUnit, append, head_of, load
from hub.application.desk import asked
from hub.application.written import Ours, Withdrawn
from hub.domain.handing_over import Actor
from hub.domain.holding import withdraw
from hub.domain.interaction import Interaction
from hub.domain.known import Known
from hub.domain.recording import Recorder
from hub.domain.repeating import repeat


@dataclass(frozen=True, slots=True)
class AgentWriting:
    """Implements `hub.application.ports.Writing` on a command store."""

    commands: Commands

    @property
    def ours(self) -> Ours:
        """What we write from, and how long a text message may be."""
        rules = self.commands.rules
        return Ours(rules.mail_addresses, rules.text_numbers, rules.text_limit)

    async def withdraw(
        self, interaction: UUID, actor: Actor, message: UUID
    ) -> Withdrawn:
        """Take back what was held back, there or in a part of it."""
        return await self.commands.attempt(
            lambda: self._withdraw(interaction, actor, message)
        )

    def _withdraw(self, interaction: UUID, actor: Actor, message: UUID) -> Withdrawn:
        with self.commands.store.command() as unit:
            state = _holding(unit, interaction, message)
            recorder = Recorder(self.commands.rules, Known())
            cause = self.commands.cause(actor.name)
            append(recorder, state, withdraw(state, actor, message), cause)
            whole = _whole(unit, state)
            after = token.encode(unit.commit(recorder.writes))
            held = state.written.held[message]
            return Withdrawn(self._text(held), held.actor, after, whole)

    def _text(self, held: Recorded) -> str:
        sealed = getattr(held.event, "personal", b"")
        found: PersonalReply | None = self.commands.rules.sealer.unseal(
            sealed, held.event_id
        )
        return found.text if found else ""

    async def repeat(
        self, interaction: UUID, actor: str, message: UUID, *, twice: bool
    ) -> str:
        """Send again what did not arrive for certain."""
        return await self.commands.attempt(
            lambda: self._repeat(interaction, actor, (message, twice))
        )

    def _repeat(self, interaction: UUID, actor: str, wanted: tuple[UUID, bool]) -> str:
        with self.commands.store.command() as unit:
            state = load(unit, interaction)
            head = head_of(state)
            version = unit.customer_version(head.customer)
            known = Known(customers={head.customer: version})
            recorder = Recorder(self.commands.rules, known)
            question = asked(self.commands.rules, state)
            cause = self.commands.cause(actor)
            repeat(recorder, state, head, question, wanted, cause)
            return token.encode(unit.commit(recorder.writes))


def _holding(unit: CommandUnit, interaction: UUID, message: UUID) -> Interaction:
    """The interaction, or the part of it that ever held the message back."""
    state = load(unit, interaction)
    if message in state.written.held:
        return state
    parts = (_holding(unit, part, message) for part in state.ties.absorbed)
    return next((one for one in parts if message in one.written.held), state)


def _whole(unit: CommandUnit, state: Interaction) -> UUID:
    while (into := state.lifecycle.merged_into) is not None:
        state = load(unit, into)
    return state.id
