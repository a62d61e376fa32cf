"""How a command is carried out: load, decide, write; again if somebody was faster."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar
from uuid import UUID, uuid4

from events.envelope import Recorded
from events.interaction import InteractionEvent
from hub.application import token
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.application.intake import StoreConflictError
from hub.domain import interaction as rules
from hub.domain.handing_over import Actor
from hub.domain.interaction import Interaction, RuleError
from hub.domain.known import (
    Claim,
    CustomerHead,
    IdentifierKey,
    InteractionHead,
    Known,
    Suggested,
    Wanted,
)
from hub.domain.recording import Cause, Recorder, Rules, event_id
from hub.domain.writes import Writes
from hub.runtime.clock import Clock

ATTEMPTS: Final = 5
MAX_TEXT: Final = 200_000
"""Characters of a reply: far below what a message on Kafka may have in bytes."""

Answer = TypeVar("Answer")
Decide = Callable[[Interaction, Cause], Sequence[InteractionEvent]]
DecideSealed = Callable[[Interaction, Cause, Recorder], Sequence[InteractionEvent]]
"""As `Decide`, for events with a personal record: the recorder seals it."""


class CommandUnit(Protocol):
    """One transaction of a command."""

    def history(self, stream: UUID) -> list[Recorded]:
        """A stream's events, oldest first; empty if there is none."""
        ...

    def customer_version(self, customer: UUID) -> int:
        """The version of a customer's stream."""
        ...

    def customers(self, customers: Iterable[UUID]) -> Mapping[UUID, CustomerHead]:
        """Heads of customers and of their roots, as of one moment."""
        ...

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        ...

    def is_recorded(self, touchpoint: UUID) -> bool:
        """Whether a touchpoint is in the index."""
        ...

    def numbers(self, count: int) -> Iterator[int]:
        """Fresh interaction numbers; unused ones are gaps."""
        ...

    def claim(self, key: IdentifierKey) -> Claim | None:
        """Whose an identifier is; None if it is nobody's."""
        ...

    def suggested(self, suggestion: UUID) -> list[Suggested]:
        """All that was ever suggested about a pair of customers, by who it is about."""
        ...

    def marked(self, mark: UUID) -> tuple[IdentifierKey, UUID] | None:
        """The identifier that has a mark, and its customer; None if it is gone."""
        ...

    def is_program(self, name: str) -> bool:
        """Whether a program has, or had, an API key of this name, in any case."""
        ...

    def active_admins(self) -> int:
        """How many accounts are open whose people are admins."""
        ...

    def version(self, stream: UUID) -> int:
        """How many events a stream has."""
        ...

    def open_work(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """How much is open in each queue, and how much waits for each group."""
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


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries out commands on interactions, each in a transaction of its own."""

    store: CommandStore
    rules: Rules
    clock: Clock

    async def change(self, interaction: UUID, actor: str, decide: Decide) -> str:
        """Append what is decided to one interaction; answer a position token.

        Raises:
            NotFoundError: there is no such interaction.
            RefusedError: the rules forbid it.
            ConflictError: others were faster several times in a row.
        """
        return await self.change_sealed(
            interaction, actor, lambda s, c, _: decide(s, c)
        )

    async def change_sealed(
        self, interaction: UUID, actor: str, decide: DecideSealed
    ) -> str:
        """As `change`, where something personal is decided."""
        return await self.attempt(lambda: self._changed(interaction, actor, decide))

    async def attempt(self, write: Callable[[], Answer]) -> Answer:
        """Write in a thread, again if somebody was faster.

        A rule's word goes to people.

        Raises:
            RefusedError: the rules forbid it.
            ConflictError: others were faster several times in a row.
        """
        return await asyncio.to_thread(_again, write)

    def cause(self, actor: str) -> Cause:
        """A fresh command of somebody."""
        command = uuid4()
        return Cause(id=command, correlation=command, actor=actor, at=self.clock.now())

    def known(self, actor: Actor) -> Actor:
        """The actor with the groups that they are in now."""
        groups = self.rules.configured.now.groups_of(actor.name)
        return replace(actor, groups=tuple(groups))

    def _changed(self, interaction: UUID, actor: str, decide: DecideSealed) -> str:
        with self.store.command() as unit:
            state = load(unit, interaction)
            recorder = Recorder(self.rules, Known())
            cause = self.cause(actor)
            append(recorder, state, decide(state, cause, recorder), cause)
            return token.encode(unit.commit(recorder.writes))


def _again(write: Callable[[], Answer]) -> Answer:
    for _ in range(ATTEMPTS):
        try:
            return write()
        except StoreConflictError:
            continue
        except RuleError as error:
            raise RefusedError.of(error) from error
    raise ConflictError("Others were faster, again and again. Look and try again.")


def load(unit: CommandUnit, interaction: UUID) -> Interaction:
    """The state of an interaction.

    Raises:
        NotFoundError: there is no such interaction.
    """
    history = unit.history(interaction)
    if not history:
        raise NotFoundError("There is no such interaction.")
    return rules.fold(interaction, history)


def check_text(text: str) -> None:
    """Refuse what cannot be sent.

    Raises:
        RefusedError: it is empty, too long, or no text.
    """
    if not text.strip():
        raise RefusedError("Write something before you send it.")
    if len(text) > MAX_TEXT:
        raise RefusedError(
            "This is too long: {most:,} characters at most.", most=MAX_TEXT
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RefusedError("Some characters in it are only half there.") from error


def head_of(state: Interaction) -> InteractionHead:
    """The head that a folded stream stands at.

    Raises:
        NotFoundError: the stream has no opening event.
    """
    if state.customer is None:
        raise NotFoundError("There is no such interaction.")
    return state.head


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
