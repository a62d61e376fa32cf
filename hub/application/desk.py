"""Agents' commands: load, decide, write; again if somebody was faster."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID, uuid4

from events import ids
from events.envelope import Recorded
from events.interaction import (
    InteractionEvent,
    InteractionOpened,
    NoteAdded,
    TouchpointAttached,
)
from events.personal import PersonalAddress, PersonalNote
from hub.application import token
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.application.intake import StoreConflictError
from hub.domain import interaction as rules
from hub.domain import marking
from hub.domain.handing_over import Actor, assign, move
from hub.domain.interaction import Interaction, RuleError
from hub.domain.known import InteractionHead, Known
from hub.domain.recording import Cause, Recorder, Rules, event_id
from hub.domain.replying import Asked, Draft, answered_by, reply
from hub.domain.writes import Writes
from hub.runtime.clock import Clock

ATTEMPTS: Final = 5
MAX_TEXT: Final = 200_000
"""Characters of a reply: far below what a message on Kafka may have in bytes."""

Decide = Callable[[Interaction, Cause], Sequence[InteractionEvent]]


class CommandUnit(Protocol):
    """One transaction of a command."""

    def history(self, stream: UUID) -> list[Recorded]:
        """A stream's events, oldest first; empty if there is none."""
        ...

    def customer_version(self, customer: UUID) -> int:
        """The version of a customer's stream."""
        ...

    def is_recorded(self, touchpoint: UUID) -> bool:
        """Whether a touchpoint is in the index."""
        ...

    def commit(self, writes: Writes) -> dict[int, int]:
        """Write; answer the last position per slice.

        Raises:
            StoreConflictError: somebody was faster.
        """
        ...


class CommandStore(Protocol):
    """Opens transactions of commands."""

    def command(self) -> AbstractContextManager[CommandUnit]:
        """A unit for one attempt."""
        ...


def reply_id(interaction: UUID, request: UUID) -> UUID:
    """The outbound id of the reply that a request sends."""
    return ids.derived(request, f"reply/{interaction.hex}")


@dataclass(frozen=True, slots=True)
class AgentDesk:
    """Implements `hub.application.ports.Desk` on a command store."""

    store: CommandStore
    rules: Rules
    clock: Clock

    async def take(self, interaction: UUID, actor: str) -> str:
        """Handle it; of two at once one wins and the other is told who."""
        return await self._change(interaction, actor, lambda s, _: rules.take(s, actor))

    async def put_back(self, interaction: UUID, actor: str) -> str:
        """Let it wait in its queue again."""
        return await self._change(
            interaction, actor, lambda s, _: rules.put_back(s, actor)
        )

    async def close(self, interaction: UUID, actor: str, disposition: str) -> str:
        """End the work."""
        return await self._change(
            interaction, actor, lambda s, _: rules.close(s, disposition)
        )

    async def reopen(self, interaction: UUID, actor: str) -> str:
        """Go on with closed work."""
        return await self._change(interaction, actor, lambda s, _: rules.reopen(s))

    async def follow_up(self, interaction: UUID, actor: str, due_at: datetime) -> str:
        """Set it aside until a date."""

        def decide(state: Interaction, cause: Cause) -> list[InteractionEvent]:
            return rules.follow_up(state, actor, due_at, cause.at)

        return await self._change(interaction, actor, decide)

    async def assign(self, interaction: UUID, actor: Actor, agent: str) -> str:
        """Make it somebody's work."""
        return await self._change(
            interaction, actor.name, lambda s, _: assign(s, actor, agent)
        )

    async def move(self, interaction: UUID, actor: Actor, queue: str) -> str:
        """Let it wait in another queue."""
        queues = self.rules.routing.policies
        return await self._change(
            interaction, actor.name, lambda s, _: move(s, actor, queue, queues)
        )

    async def prioritise(self, interaction: UUID, actor: str, priority: str) -> str:
        """Make it more or less urgent."""
        return await self._change(
            interaction, actor, lambda s, _: marking.prioritise(s, priority)
        )

    async def tag(
        self, interaction: UUID, actor: str, add: Sequence[str], remove: Sequence[str]
    ) -> str:
        """Add and remove tags."""
        return await self._change(
            interaction, actor, lambda s, _: marking.tag(s, add, remove)
        )

    async def note(
        self,
        interaction: UUID,
        actor: str,
        text: str,
        mentions: Sequence[str],
        *,
        request: UUID,
    ) -> str:
        """Write a note for colleagues; once per request."""
        _check_text(text)
        note_id = ids.derived(request, f"note/{interaction.hex}")

        def decide(state: Interaction, cause: Cause) -> list[InteractionEvent]:
            if note_id in state.notes:
                return []
            id_ = event_id(cause.id, state.id, NoteAdded)
            sealed = self.rules.sealer.seal(PersonalNote(text), id_)
            return [NoteAdded(note_id, tuple(mentions), sealed)]

        return await self._change(interaction, actor, decide)

    async def reply(
        self, interaction: UUID, actor: str, text: str, *, request: UUID
    ) -> str:
        """Answer the customer's last contact; once per request."""
        _check_text(text)
        draft = Draft(reply_id(interaction, request), actor, text)
        return await asyncio.to_thread(self._retry, self._reply, interaction, draft)

    def answers_by(self, came: str, kind: str) -> str:
        """The channel on which a contact is answered."""
        try:
            return answered_by(came, kind, self.rules.text_numbers)
        except RuleError as error:
            raise RefusedError(str(error)) from error

    async def _change(self, interaction: UUID, actor: str, decide: Decide) -> str:
        return await asyncio.to_thread(
            self._retry, self._changed, interaction, actor, decide
        )

    def _retry(self, attempt: Callable[..., str], *arguments: object) -> str:
        for _ in range(ATTEMPTS):
            try:
                return attempt(*arguments)
            except StoreConflictError:
                continue
            except RuleError as error:
                raise RefusedError(str(error)) from error
        raise ConflictError("Others were faster, again and again. Look and try again.")

    def _changed(self, interaction: UUID, actor: str, decide: Decide) -> str:
        with self.store.command() as unit:
            state = self._load(unit, interaction)
            recorder = Recorder(self.rules, Known())
            cause = self._cause(actor)
            append(recorder, state, decide(state, cause), cause)
            return token.encode(unit.commit(recorder.writes))

    def _load(self, unit: CommandUnit, interaction: UUID) -> Interaction:
        history = unit.history(interaction)
        if not history:
            raise NotFoundError("There is no such interaction.")
        return rules.fold(interaction, history)

    def _reply(self, interaction: UUID, draft: Draft) -> str:
        with self.store.command() as unit:
            state = self._load(unit, interaction)
            if unit.is_recorded(draft.outbound_id):
                return token.encode({})
            known = Known()
            head = head_of(state)
            known.customers[head.customer] = unit.customer_version(head.customer)
            recorder = Recorder(self.rules, known)
            cause = self._cause(draft.author)
            if state.lifecycle.state in {"waiting", "closed"}:
                events = [*rules.reopen(state), *rules.take(_open(state), draft.author)]
                head = append(recorder, state, events, cause)
            reply(recorder, head, self._asked(state), draft, cause)
            return token.encode(unit.commit(recorder.writes))

    def _asked(self, state: Interaction) -> Asked:
        address: PersonalAddress | None = None
        last = state.answerable
        if last and isinstance(last.event, InteractionOpened | TouchpointAttached):
            address = self.rules.sealer.unseal(last.event.personal, last.event_id)
        return Asked(state.channel, address or PersonalAddress())

    def _cause(self, actor: str) -> Cause:
        command = uuid4()
        return Cause(id=command, correlation=command, actor=actor, at=self.clock.now())


def _check_text(text: str) -> None:
    if not text.strip():
        raise RefusedError("Write something before you send it.")
    if len(text) > MAX_TEXT:
        raise RefusedError(f"This is too long: {MAX_TEXT:,} characters at most.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RefusedError("Some characters in it are only half there.") from error


def _open(state: Interaction) -> Interaction:
    """The state as it is after reopening, to be taken."""
    return rules.Interaction(id=state.id)


def head_of(state: Interaction) -> InteractionHead:
    """The head that a folded stream stands at.

    Raises:
        NotFoundError: the stream has no opening event.
    """
    if state.customer is None:
        raise NotFoundError("There is no such interaction.")
    return InteractionHead(
        state.id, state.version, state.number, state.customer, state.lifecycle
    )


def append(
    recorder: Recorder,
    state: Interaction,
    events: Sequence[InteractionEvent],
    cause: Cause,
) -> InteractionHead:
    """Append decided events to the interaction's stream; answer its new head.

    Raises:
        NotFoundError: the stream has no opening event.
    """
    head = head_of(state)
    for event in events:
        id_ = event_id(cause.id, state.id, type(event))
        head = recorder.on_interaction(head, event, cause, id_)
    return head
