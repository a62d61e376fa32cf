"""Mark senders of spam, and take marks away: use cases."""

from dataclasses import dataclass
from uuid import UUID

from events import ids
from events.customer import SenderMarked, SenderUnmarked
from events.personal import PersonalAddress, PersonalIdentifier
from events.touchpoint import Identifier
from hub.application import token
from hub.application.commanding import Commands, CommandUnit, append, load
from hub.application.errors import NotFoundError
from hub.domain import spam as rules
from hub.domain.handing_over import Actor
from hub.domain.interaction import Interaction
from hub.domain.known import IdentifierKey, Known
from hub.domain.recording import Cause, Recorder, event_id
from hub.domain.splitting import contact_of


@dataclass(frozen=True, slots=True)
class SpamDesk:
    """Implements `hub.application.ports.Spam` on a command store."""

    commands: Commands

    async def mark(self, interaction: UUID, actor: Actor) -> str:
        """Close it as spam, and mark its sender if there is one."""
        return await self.commands.attempt(lambda: self._mark(interaction, actor))

    async def bring_back(self, interaction: UUID, actor: str) -> str:
        """Take its sender's mark away, and undo its closing as spam."""
        return await self.commands.attempt(lambda: self._bring_back(interaction, actor))

    async def unmark(self, mark: UUID, actor: str) -> str:
        """Take a mark away; what was closed stays so."""
        return await self.commands.attempt(lambda: self._unmark(mark, actor))

    def _mark(self, interaction: UUID, actor: Actor) -> str:
        with self.commands.store.command() as unit:
            state = load(unit, interaction)
            recorder, cause = self._begin(actor.name)
            known = self.commands.known(actor)
            append(recorder, state, rules.close_as_spam(state, known), cause)
            sender = self._sender(state)
            if sender is not None:
                self._mark_sender(unit, recorder, (interaction, sender), cause)
            return token.encode(unit.commit(recorder.writes))

    def _mark_sender(
        self,
        unit: CommandUnit,
        recorder: Recorder,
        found: tuple[UUID, PersonalIdentifier],
        cause: Cause,
    ) -> None:
        interaction, sender = found
        identifier = sender.identifier
        owned = unit.claim(self._key(identifier))
        # The version first: a mark that comes after it makes this one a conflict.
        version = unit.customer_version(owned.customer) if owned else 0
        claim = unit.claim(self._key(identifier))
        if claim is None or claim.mark is not None:
            return
        mark = ids.derived(cause.id, "mark")
        id_ = event_id(cause.id, claim.customer, SenderMarked)
        sealed = recorder.seal(sender, id_, claim.customer)
        event = SenderMarked(mark, identifier.kind, interaction, sealed)
        recorder.known.customers[claim.customer] = version
        recorder.on_customer(claim.customer, event, cause, id_)
        recorder.mark(self._key(identifier), mark)

    def _bring_back(self, interaction: UUID, actor: str) -> str:
        with self.commands.store.command() as unit:
            state = load(unit, interaction)
            recorder, cause = self._begin(actor)
            append(recorder, state, rules.bring_back(state), cause)
            sender = self._sender(state)
            claim = unit.claim(self._key(sender.identifier)) if sender else None
            if claim is not None and claim.mark is not None:
                self._take_away(unit, recorder, claim.mark, cause)
            return token.encode(unit.commit(recorder.writes))

    def _unmark(self, mark: UUID, actor: str) -> str:
        with self.commands.store.command() as unit:
            recorder, cause = self._begin(actor)
            self._take_away(unit, recorder, mark, cause)
            return token.encode(unit.commit(recorder.writes))

    def _take_away(
        self, unit: CommandUnit, recorder: Recorder, mark: UUID, cause: Cause
    ) -> None:
        found = unit.marked(mark)
        if found is None:
            raise NotFoundError("This sender is not marked any more.")
        key, customer = found
        id_ = event_id(cause.id, customer, SenderUnmarked)
        recorder.known.customers[customer] = unit.customer_version(customer)
        recorder.on_customer(customer, SenderUnmarked(mark), cause, id_)
        recorder.mark(key, None)

    def _begin(self, actor: str) -> tuple[Recorder, Cause]:
        return Recorder(self.commands.rules, Known()), self.commands.cause(actor)

    def _key(self, identifier: Identifier) -> IdentifierKey:
        return identifier.kind, self.commands.rules.digests.identifier(identifier)

    def _sender(self, state: Interaction) -> PersonalIdentifier | None:
        """Who wrote first, with the name given; None for the unknown."""
        first = rules.first_contact(state)
        if first is None:
            return None
        address: PersonalAddress | None = self.commands.rules.sealer.unseal(
            contact_of(first).personal, first.event_id
        )
        identifier = address and (address.sender or address.identifier)
        if not address or not identifier:
            return None
        return PersonalIdentifier(identifier, address.name)
