"""What agents do about calls beside talking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from events import ids
from events.interaction import InteractionEvent, NoteAdded
from events.personal import PersonalNote
from hub.application.commanding import Commands, check_text
from hub.domain import calling
from hub.domain.handing_over import Actor
from hub.domain.interaction import Interaction
from hub.domain.recording import Cause, Recorder, event_id


@dataclass(frozen=True, slots=True)
class WrapUp:
    """How a call's work ended; a note for colleagues and whom it calls, if any.

    The same `request` writes the note once.
    """

    disposition: str
    request: UUID
    note: str = ""
    mentions: Sequence[str] = ()


class Calls(Protocol):
    """Answers and errors are those of `hub.application.ports.Desk`."""

    async def call_back(self, interaction: UUID, actor: str) -> str:
        """Take a call that is over as one's own work, reopened if it was closed."""
        ...

    async def finish(self, interaction: UUID, actor: str, done: WrapUp) -> str:
        """End the work after a call."""
        ...


@dataclass(frozen=True, slots=True)
class AgentCalls:
    """Implements `Calls` on a command store."""

    commands: Commands

    async def call_back(self, interaction: UUID, actor: str) -> str:
        """Take a call that is over as one's own work."""
        who = self.commands.known(Actor(actor))
        return await self.commands.change(
            interaction, actor, lambda s, _: calling.call_back(s, who)
        )

    async def finish(self, interaction: UUID, actor: str, done: WrapUp) -> str:
        """End the work after a call, with the note before its end."""
        if done.note:
            check_text(done.note)

        now = self.commands.rules.configured.now

        def decide(
            state: Interaction, cause: Cause, recorder: Recorder
        ) -> list[InteractionEvent]:
            known = now.dispositions_in(state.lifecycle.queue)
            end = calling.finish(state, actor, done.disposition, known)
            return [*_note(state, done, cause, recorder), *end]

        return await self.commands.change_sealed(interaction, actor, decide)


def _note(
    state: Interaction, done: WrapUp, cause: Cause, recorder: Recorder
) -> list[NoteAdded]:
    note_id = ids.derived(done.request, f"note/{state.id.hex}")
    if not done.note or note_id in state.notes:
        return []
    id_ = event_id(cause.id, state.id, NoteAdded)
    sealed = recorder.seal(PersonalNote(done.note), id_, state.id)
    return [NoteAdded(note_id, tuple(done.mentions), sealed)]
