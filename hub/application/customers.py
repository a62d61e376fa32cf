"""Merge customers who are one person, and undo it: use cases."""

from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from hub.application import token
from hub.application.commanding import Commands, CommandUnit, check_text
from hub.application.errors import NotFoundError, RefusedError
from hub.domain import merging as rules
from hub.domain.handing_over import Actor
from hub.domain.known import CustomerHead, Known
from hub.domain.recording import Recorder

LONGEST_WHY: Final = 2000
"""Characters of a reason."""


class Merging(NamedTuple):
    """What a merge did, or would do: `part` is a part of `whole`.

    `whole` is the root of the customer that was named. `after` is a position token, and
    empty where nothing changed: they were one already, or it was a preview.
    """

    part: UUID
    whole: UUID
    after: str = ""


class Customers(Protocol):
    """What people can say about customers; raises as `hub.application.ports.Desk`."""

    async def preview(self, part: UUID, other: UUID) -> Merging:
        """What a merge would do; raises as the merge would."""
        ...

    async def merge(self, part: UUID, actor: Actor, other: UUID, why: str) -> Merging:
        """Say that `part` is one person with `other`, and a part of their root.

        Raises:
            RefusedError: there is no reason, or the rules forbid it
                (`hub.domain.merging.may_merge`).
        """
        ...

    async def unmerge(
        self, part: UUID, actor: Actor, *, merge: UUID | None = None, why: str = ""
    ) -> Merging:
        """Make `part`, with all that was merged into it, a customer of its own again.

        `merge` names the one that is meant: if that is undone already, nothing changes.
        Who merged them may, and a supervisor.
        """
        ...


@dataclass(frozen=True, slots=True)
class CustomerDesk:
    """Implements `Customers` on a command store."""

    commands: Commands

    async def preview(self, part: UUID, other: UUID) -> Merging:
        """Read and decide, and write nothing."""

        def look() -> Merging:
            with self.commands.store.command() as unit:
                here, whole = _both(unit, part, other)
                rules.may_merge(here, other, whole)
                return Merging(part, whole.customer)

        return await self.commands.attempt(look)

    async def merge(self, part: UUID, actor: Actor, other: UUID, why: str) -> Merging:
        """Write on the streams of both; of two at once one sees the other."""
        _check_why(why)

        def write() -> Merging:
            with self.commands.store.command() as unit:
                here, whole = _both(unit, part, other)
                recorder = _recorder(self.commands, here, whole)
                if rules.may_merge(here, other, whole):
                    cause = self.commands.cause(actor.name)
                    rules.merge(recorder, here, whole, why.strip(), cause)
                return _done(unit, recorder, here, whole)

        return await self.commands.attempt(write)

    async def unmerge(
        self, part: UUID, actor: Actor, *, merge: UUID | None = None, why: str = ""
    ) -> Merging:
        """Write on the streams of both; undoing it twice changes nothing."""
        if why.strip():
            _check_why(why)

        def write() -> Merging:
            with self.commands.store.command() as unit:
                here = _one(unit, part)
                link = rules.may_unmerge(here, merge, actor)
                if link is None:
                    return Merging(part, here.root)
                there = _one(unit, link.into)
                recorder = _recorder(self.commands, here, there)
                cause = self.commands.cause(actor.name)
                rules.unmerge(recorder, here, link, why.strip(), cause)
                return _done(unit, recorder, here, there)

        return await self.commands.attempt(write)


def _check_why(why: str) -> None:
    if not why.strip():
        raise RefusedError("Say why they are one person: the next one will ask.")
    if len(why) > LONGEST_WHY:
        raise RefusedError(
            "This is too long: {most:,} characters at most.", most=LONGEST_WHY
        )
    check_text(why)


def _one(unit: CommandUnit, customer: UUID) -> CustomerHead:
    head = unit.customers([customer]).get(customer)
    if head is None:
        raise NotFoundError("There is no such customer.")
    return head


def _both(
    unit: CommandUnit, part: UUID, other: UUID
) -> tuple[CustomerHead, CustomerHead]:
    """The part, and the root of the other."""
    heads = unit.customers([part, other])
    if part not in heads or other not in heads:
        raise NotFoundError("There is no such customer.")
    return heads[part], heads[heads[other].root]


def _recorder(commands: Commands, *heads: CustomerHead) -> Recorder:
    known = Known(customers={head.customer: head.version for head in heads})
    return Recorder(commands.rules, known)


def _done(
    unit: CommandUnit, recorder: Recorder, part: CustomerHead, whole: CustomerHead
) -> Merging:
    positions = unit.commit(recorder.writes)
    after = token.encode(positions) if positions else ""
    return Merging(part.customer, whole.customer, after)
