"""Links between interactions, and to customers: use cases."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from events import ids
from events.customer import CustomerOpened
from events.interaction import InteractionEvent
from events.personal import PersonalNote
from hub.application import token
from hub.application.commanding import Commands, CommandUnit, append, load
from hub.application.errors import NotFoundError
from hub.application.splitting import Splitting
from hub.domain import linking as rules
from hub.domain.handing_over import Actor
from hub.domain.interaction import Interaction
from hub.domain.known import Known
from hub.domain.linking import Pair
from hub.domain.recording import Cause, Recorder, event_id
from hub.domain.undoing import undo_close

DecidePair = Callable[[Interaction, Interaction], Pair]


@dataclass(frozen=True, slots=True)
class Linking:
    """Implements `hub.application.ports.Linking` on a command store."""

    commands: Commands

    async def undo_close(self, interaction: UUID, actor: str) -> str:
        """Bring it back to where it would stand had it not been closed."""
        return await self.commands.change(
            interaction, actor, lambda s, _: undo_close(s)
        )

    async def link(self, interaction: UUID, actor: str, other: UUID) -> str:
        """Say that two belong together."""
        return await self._both(actor, (interaction, other), rules.link)

    async def undo_link(self, interaction: UUID, actor: str, other: UUID) -> str:
        """Take the link away."""
        return await self._both(actor, (interaction, other), rules.undo_link)

    async def merge(self, part: UUID, actor: Actor, whole: UUID) -> str:
        """Make one a part of the other."""
        return await self._both(
            actor.name, (part, whole), lambda a, b: rules.merge(a, b, actor)
        )

    async def undo_merge(self, interaction: UUID, actor: str, other: UUID) -> str:
        """Make two of them again."""
        return await self._both(actor, (interaction, other), rules.undo_merge)

    async def split(
        self,
        interaction: UUID,
        actor: str,
        touchpoints: Collection[UUID],
        queue: str,
        *,
        request: UUID,
    ) -> str:
        """Give contacts an interaction of their own; once per request."""
        split = Splitting(self.commands, interaction, actor)
        return await self.commands.attempt(
            lambda: split.off(frozenset(touchpoints), queue, request)
        )

    async def undo_split(self, interaction: UUID, actor: str, part: UUID) -> str:
        """Bring back what was split off."""
        split = Splitting(self.commands, interaction, actor)
        return await self.commands.attempt(lambda: split.undo(part))

    async def attribute(self, interaction: UUID, actor: str, customer: UUID) -> str:
        """Say that it belongs to another customer."""

        def write() -> str:
            with self.commands.store.command() as unit:
                state = load(unit, interaction)
                if not unit.customer_version(customer):
                    raise NotFoundError("There is no such customer.")
                recorder, cause = self._begin(actor)
                append(recorder, state, rules.attribute(state, customer), cause)
                return token.encode(unit.commit(recorder.writes))

        return await self.commands.attempt(write)

    async def attribute_to_new(
        self, interaction: UUID, actor: str, name: str, *, request: UUID
    ) -> str:
        """Say that it belongs to a customer who is not known yet; once per request."""
        customer = ids.derived(request, f"customer/{interaction.hex}")

        def write() -> str:
            with self.commands.store.command() as unit:
                state = load(unit, interaction)
                recorder, cause = self._begin(actor)
                if not unit.customer_version(customer):
                    self._open(recorder, customer, name, cause)
                    append(recorder, state, rules.attribute(state, customer), cause)
                return token.encode(unit.commit(recorder.writes))

        return await self.commands.attempt(write)

    async def undo_attribution(self, interaction: UUID, actor: str) -> str:
        """Give it back to the customer that it belonged to before."""

        def decide(state: Interaction, _cause: Cause) -> list[InteractionEvent]:
            return rules.undo_attribution(state)

        return await self.commands.change(interaction, actor, decide)

    def _begin(self, actor: str) -> tuple[Recorder, Cause]:
        return Recorder(self.commands.rules, Known()), self.commands.cause(actor)

    def _open(
        self, recorder: Recorder, customer: UUID, name: str, cause: Cause
    ) -> None:
        id_ = event_id(cause.id, customer, CustomerOpened)
        sealed = recorder.seal(PersonalNote(name), id_, customer) if name else b""
        recorder.on_customer(
            customer, CustomerOpened(provisional=True, personal=sealed), cause, id_
        )

    async def _both(
        self, actor: str, pair: tuple[UUID, UUID], decide: DecidePair
    ) -> str:
        def write() -> str:
            with self.commands.store.command() as unit:
                return self._decided(unit, actor, pair, decide)

        return await self.commands.attempt(write)

    def _decided(
        self,
        unit: CommandUnit,
        actor: str,
        pair: tuple[UUID, UUID],
        decide: DecidePair,
    ) -> str:
        here, there = (load(unit, one) for one in pair)
        recorder, cause = self._begin(actor)
        decided = decide(here, there)
        append(recorder, here, decided.here, cause)
        append(recorder, there, decided.there, cause)
        return token.encode(unit.commit(recorder.writes))
