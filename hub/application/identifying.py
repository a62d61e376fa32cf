"""Who may be whom: use cases about identifiers and suggestions."""

from dataclasses import dataclass
from uuid import UUID

from events.customer import IdentifierClaimed
from events.identification import (
    IdentifierShared,
    IdentifierUnshared,
    SuggestionDeclined,
)
from events.personal import PersonalIdentifier
from events.touchpoint import Identifier
from hub.application import token
from hub.application.commanding import Commands, CommandUnit
from hub.application.errors import NotFoundError
from hub.domain.interaction import RuleError
from hub.domain.known import IdentifierKey, Known, Suggested
from hub.domain.recording import Cause, Recorder, event_id


@dataclass(frozen=True, slots=True)
class Identifying:
    """Implements `hub.application.ports.Identification` on a command store."""

    commands: Commands

    def key(self, identifier: Identifier) -> IdentifierKey:
        """What all forms of an identifier are indexed under."""
        return identifier.kind, self.commands.rules.digests.identifier(identifier)

    async def share(self, customer: UUID, actor: str, identifier: Identifier) -> str:
        """Say that several people use it: it identifies nobody from now on."""
        return await self._say(customer, actor, identifier, shared=True)

    async def unshare(self, customer: UUID, actor: str, identifier: Identifier) -> str:
        """Say that it is the customer's alone."""
        return await self._say(customer, actor, identifier, shared=False)

    async def decline(self, suggestion: UUID, actor: str) -> str:
        """Say that two are not the same; what is declined already stays so."""

        def write() -> str:
            with self.commands.store.command() as unit:
                recorder, cause = self._begin(actor)
                found = unit.suggested(suggestion)
                if not found:
                    raise NotFoundError("There is no such suggestion.")
                for one in found:
                    if one.open:
                        _decline(unit, recorder, one, cause)
                return token.encode(unit.commit(recorder.writes))

        return await self.commands.attempt(write)

    async def _say(
        self, customer: UUID, actor: str, identifier: Identifier, *, shared: bool
    ) -> str:
        def write() -> str:
            with self.commands.store.command() as unit:
                recorder, cause = self._begin(actor)
                # Before the claim is read: or else who was faster goes unnoticed.
                version = unit.customer_version(customer)
                recorder.known.customers[customer] = version
                if self._is_shared(unit, customer, identifier) != shared:
                    claimed = self._as_claimed(unit, customer, identifier)
                    _share(recorder, customer, claimed, cause, shared=shared)
                return token.encode(unit.commit(recorder.writes))

        return await self.commands.attempt(write)

    def _is_shared(
        self, unit: CommandUnit, customer: UUID, identifier: Identifier
    ) -> bool:
        claim = unit.claim(self.key(identifier))
        if claim is None:
            raise NotFoundError(
                "Nobody is known by this. It is claimed by whoever uses it."
            )
        if claim.customer != customer:
            raise RuleError("This belongs to another customer. Open their page.")
        return claim.shared

    def _as_claimed(
        self, unit: CommandUnit, customer: UUID, identifier: Identifier
    ) -> Identifier:
        """The form in which it was claimed, as read models know it."""
        sealer, key = self.commands.rules.sealer, self.key(identifier)
        for recorded in unit.history(customer):
            if isinstance(recorded.event, IdentifierClaimed):
                said: PersonalIdentifier | None = sealer.unseal(
                    recorded.event.personal, recorded.event_id
                )
                if said is not None and self.key(said.identifier) == key:
                    return said.identifier
        return identifier

    def _begin(self, actor: str) -> tuple[Recorder, Cause]:
        return Recorder(self.commands.rules, Known()), self.commands.cause(actor)


def _share(
    recorder: Recorder,
    customer: UUID,
    identifier: Identifier,
    cause: Cause,
    *,
    shared: bool,
) -> None:
    cls = IdentifierShared if shared else IdentifierUnshared
    id_ = event_id(cause.id, customer, cls)
    sealed = recorder.seal(PersonalIdentifier(identifier), id_, customer)
    recorder.on_customer(customer, cls(identifier.kind, sealed), cause, id_)
    recorder.share(identifier, customer, shared=shared)


def _decline(
    unit: CommandUnit, recorder: Recorder, one: Suggested, cause: Cause
) -> None:
    id_ = event_id(cause.id, one.customer, SuggestionDeclined)
    recorder.known.customers[one.customer] = unit.customer_version(one.customer)
    event = SuggestionDeclined(one.id, one.other)
    recorder.on_customer(one.customer, event, cause, id_)
    recorder.writes.declined.add(one.id)
