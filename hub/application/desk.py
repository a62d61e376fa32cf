"""Agents' commands on their work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from events import ids
from events.interaction import (
    InteractionEvent,
    InteractionOpened,
    NoteAdded,
    TouchpointAttached,
)
from events.lifecycle import Lifecycle
from events.personal import PersonalAddress, PersonalNote
from events.touchpoint import Attachment, Identifier
from hub.application import token
from hub.application.commanding import Commands, append, check_text, head_of, load
from hub.application.errors import AnsweredMeanwhileError, RefusedError
from hub.domain import interaction as rules
from hub.domain import marking
from hub.domain.handing_over import (
    Actor,
    assign,
    assign_to_group,
    close,
    follow_up,
    move,
    put_back,
    take,
)
from hub.domain.holding import leaves_at
from hub.domain.interaction import Interaction, RuleError
from hub.domain.known import Wanted
from hub.domain.linking import owner
from hub.domain.meanwhile import unseen
from hub.domain.recording import Cause, Recorder, Rules, event_id
from hub.domain.replying import Asked, Draft, answered_by, reply


def reply_id(interaction: UUID, request: UUID) -> UUID:
    """The outbound id of the reply that a request sends."""
    return ids.derived(request, f"reply/{interaction.hex}")


@dataclass(frozen=True, slots=True)
class AgentDesk:
    """Implements `hub.application.ports.Desk` on a command store."""

    commands: Commands

    async def take(
        self, interaction: UUID, actor: str, *, supervisor: bool = False
    ) -> str:
        """Handle it; of two at once one wins and the other is told who."""
        who = self.commands.known(Actor(actor, supervisor))
        return await self.commands.change(interaction, actor, lambda s, _: take(s, who))

    async def put_back(self, interaction: UUID, actor: Actor) -> str:
        """Let it wait in its queue again."""
        who = self.commands.known(actor)
        return await self.commands.change(
            interaction, actor.name, lambda s, _: put_back(s, who)
        )

    async def close(self, interaction: UUID, actor: Actor, disposition: str) -> str:
        """End the work."""
        who, now = self.commands.known(actor), self.commands.rules.configured.now

        def decide(state: Interaction, _: Cause) -> list[InteractionEvent]:
            known = now.dispositions_in(state.lifecycle.queue)
            return close(state, who, disposition, known)

        return await self.commands.change(interaction, actor.name, decide)

    async def reopen(self, interaction: UUID, actor: str) -> str:
        """Go on with closed work."""
        return await self.commands.change(
            interaction, actor, lambda s, _: rules.reopen(s)
        )

    async def follow_up(self, interaction: UUID, actor: Actor, due_at: datetime) -> str:
        """Set it aside until a date."""
        who = self.commands.known(actor)

        def decide(state: Interaction, cause: Cause) -> list[InteractionEvent]:
            return follow_up(state, who, due_at, cause.at)

        return await self.commands.change(interaction, actor.name, decide)

    async def assign(self, interaction: UUID, actor: Actor, agent: str) -> str:
        """Make it somebody's work."""
        who = self.commands.known(actor)
        return await self.commands.change(
            interaction, actor.name, lambda s, _: assign(s, who, agent)
        )

    async def assign_to_group(self, interaction: UUID, actor: Actor, group: str) -> str:
        """Let it wait for somebody of a group."""
        who, groups = (
            self.commands.known(actor),
            self.commands.rules.configured.now.groups,
        )
        return await self.commands.change(
            interaction, actor.name, lambda s, _: assign_to_group(s, who, group, groups)
        )

    async def move(self, interaction: UUID, actor: Actor, queue: str) -> str:
        """Let it wait in another queue."""
        who, queues = (
            self.commands.known(actor),
            self.commands.rules.configured.now.queues,
        )
        return await self.commands.change(
            interaction, actor.name, lambda s, _: move(s, who, queue, queues)
        )

    async def prioritise(self, interaction: UUID, actor: str, priority: str) -> str:
        """Make it more or less urgent."""
        return await self.commands.change(
            interaction, actor, lambda s, _: marking.prioritise(s, priority)
        )

    async def tag(
        self, interaction: UUID, actor: str, add: Sequence[str], remove: Sequence[str]
    ) -> str:
        """Add and remove tags."""
        return await self.commands.change(
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
        check_text(text)
        note_id = ids.derived(request, f"note/{interaction.hex}")

        def decide(
            state: Interaction, cause: Cause, recorder: Recorder
        ) -> list[InteractionEvent]:
            if note_id in state.notes:
                return []
            id_ = event_id(cause.id, state.id, NoteAdded)
            sealed = recorder.seal(PersonalNote(text), id_, state.id)
            return [NoteAdded(note_id, tuple(mentions), sealed)]

        return await self.commands.change_sealed(interaction, actor, decide)

    async def reply(  # noqa: PLR0913  (what, to whom, from where, and when)
        self,
        interaction: UUID,
        actor: str,
        text: str,
        *,
        request: UUID,
        hold: timedelta = timedelta(0),
        to: Identifier | None = None,
        ours: str = "",
        files: Sequence[Attachment] = (),
        seen: UUID | None = None,
    ) -> str:
        """Answer the customer's last contact; once per request."""
        check_text(text)
        id_ = reply_id(interaction, request)
        draft = Draft(id_, actor, text, to=to, ours=ours, files=tuple(files))
        return await self.commands.attempt(
            lambda: self._reply(interaction, draft, hold, seen)
        )

    def answers_by(self, came: str, kind: str) -> str:
        """The channel on which a contact is answered."""
        try:
            return answered_by(came, kind, self.commands.rules.text_numbers)
        except RuleError as error:
            raise RefusedError.of(error) from error

    def _reply(
        self, interaction: UUID, draft: Draft, hold: timedelta, seen: UUID | None
    ) -> str:
        with self.commands.store.command() as unit:
            state = load(unit, interaction)
            if unit.is_recorded(draft.outbound_id):
                return token.encode({})
            if last := unseen(state, draft.author, seen):
                raise AnsweredMeanwhileError(*last)
            head = head_of(state)
            known = unit.known(_wanted(self.commands.rules, draft))
            known.customers[head.customer] = unit.customer_version(head.customer)
            recorder = Recorder(self.commands.rules, known)
            cause = self.commands.cause(draft.author)
            if state.lifecycle.state in {"waiting", "closed"}:
                who = self.commands.known(Actor(draft.author))
                events = [*rules.reopen(state), *take(_open(state), who)]
                head = append(recorder, state, events, cause)
            due_at = leaves_at(cause.at, hold)
            reply(
                recorder, head, asked(self.commands.rules, state), draft, cause, due_at
            )
            return token.encode(unit.commit(recorder.writes))


def asked(rules: Rules, state: Interaction) -> Asked:
    """What there is to answer; nobody where the address was redacted."""
    address: PersonalAddress | None = None
    last = state.answerable
    if last and isinstance(last.event, InteractionOpened | TouchpointAttached):
        address = rules.sealer.unseal(last.event.personal, last.event_id)
    return Asked(state.channel, address or PersonalAddress(), owner(state))


def _wanted(rules: Rules, draft: Draft) -> Wanted:
    """Whose the chosen address is."""
    if draft.to is None:
        return Wanted()
    return Wanted(identifiers={(draft.to.kind, rules.digests.identifier(draft.to))})


def _open(state: Interaction) -> Interaction:
    """The state as it is after reopening, to be taken."""
    return rules.Interaction(
        id=state.id, lifecycle=Lifecycle(for_group=state.lifecycle.for_group)
    )
