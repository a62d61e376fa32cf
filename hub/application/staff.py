"""Who works here: commands on people, each an event, and each person's history."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from events import identify, ids
from events.envelope import Recorded
from events.person import (
    PersonDisabled,
    PersonEvent,
    PersonRenamed,
    PersonRolesChanged,
)
from events.personal import PersonalProfile
from events.sealing import Unsealer, plain
from hub.application.commanding import Commands, CommandUnit
from hub.application.errors import NotFoundError, RefusedError
from hub.domain import person as rules
from hub.domain.person import Manager, Person, PersonRow
from hub.domain.recording import Cause, Placed, event_id, pending
from hub.domain.writes import Writes

LONGEST_NAME: Final = 100
"""Characters of how somebody is called."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of somebody's history; `person` is how they stood after it."""

    version: int
    at: datetime
    actor: str
    kind: str
    person: PersonRow
    undoable: bool


class Staff(Protocol):
    """What managers do with people.

    Commands raise `NotFoundError` for an unknown user name, `RefusedError` where the
    rules forbid it (with a text for people) and `ConflictError` when others were
    faster several times in a row. They hold at once: who is disabled is out.
    """

    async def invite(
        self, by: Manager, name: str, profile: PersonalProfile, roles: Sequence[str]
    ) -> None:
        """Create an account, without any way to log in yet."""
        ...

    async def change_roles(self, by: Manager, name: str, roles: Sequence[str]) -> None:
        """Give somebody these roles and no others."""
        ...

    async def rename(self, by: Manager, name: str, profile: PersonalProfile) -> None:
        """Change how somebody is called and reached."""
        ...

    async def disable(self, by: Manager, name: str) -> None:
        """Close an account: sessions and live views end."""
        ...

    async def enable(self, by: Manager, name: str) -> None:
        """Open a closed account again; the password is the one it had."""
        ...

    async def undo(self, by: Manager, name: str, version: int) -> None:
        """Make one change undone, unless the same was changed again since."""
        ...

    async def may_manage(self, by: Manager, name: str) -> None:
        """Refuse who has no say over somebody."""
        ...

    async def history(self, name: str) -> list[Change]:
        """All that was changed, the latest first."""
        ...


@dataclass(frozen=True, slots=True)
class _Work:
    """One attempt at a command: what it sees, and what it will write."""

    unit: CommandUnit
    state: Person
    history: list[Recorded]
    cause: Cause
    sealer: Unsealer

    def profile(self) -> PersonalProfile:
        """How they are called now."""
        return opened(self.sealer, self.state)

    def other_admins(self) -> int:
        """How many active admins there are beside this person."""
        return self.unit.active_admins() - int(self.state.active_admin)


Decide = Callable[[_Work], Sequence[PersonEvent]]


@dataclass(frozen=True, slots=True)
class StaffOffice:
    """Implements `Staff` on a command store."""

    commands: Commands

    async def invite(
        self, by: Manager, name: str, profile: PersonalProfile, roles: Sequence[str]
    ) -> None:
        """Create an account."""
        checked = _checked(profile)

        def decide(work: _Work) -> list[PersonEvent]:
            if work.unit.is_program(name):
                raise RefusedError(
                    "A program has a key of the name {name}. Choose another.", name=name
                )
            sealed = plain(checked)
            return rules.invite(work.state, by, name, roles, sealed)

        await self._carry_out(by, name, decide, new=True)

    async def change_roles(self, by: Manager, name: str, roles: Sequence[str]) -> None:
        """Give somebody these roles and no others."""
        await self._carry_out(
            by,
            name,
            lambda w: rules.change_roles(w.state, by, roles, w.other_admins()),
        )

    async def rename(self, by: Manager, name: str, profile: PersonalProfile) -> None:
        """Change how somebody is called and reached."""
        checked = _checked(profile)
        await self._carry_out(by, name, lambda work: _renamed(work, by, checked))

    async def disable(self, by: Manager, name: str) -> None:
        """Close an account."""
        await self._carry_out(
            by, name, lambda work: rules.disable(work.state, by, work.other_admins())
        )

    async def enable(self, by: Manager, name: str) -> None:
        """Open a closed account again."""
        await self._carry_out(by, name, lambda work: rules.enable(work.state, by))

    async def undo(self, by: Manager, name: str, version: int) -> None:
        """Make one change undone."""
        await self._carry_out(by, name, lambda work: _undone(work, by, version))

    async def may_manage(self, by: Manager, name: str) -> None:
        """Refuse who has no say over somebody."""

        def decide(work: _Work) -> list[PersonEvent]:
            rules.may_manage(by, work.state)
            return []

        await self._carry_out(by, name, decide)

    async def history(self, name: str) -> list[Change]:
        """All that was changed, the latest first."""
        return await asyncio.to_thread(self._history, name)

    async def _carry_out(
        self, by: Manager, name: str, decide: Decide, *, new: bool = False
    ) -> None:
        def write() -> str:
            with self.commands.store.command() as unit:
                work = self._work(unit, by, name)
                if not (new or work.state.version):
                    raise NotFoundError(
                        "Nobody has the user name {name}.", name=name[:64]
                    )
                unit.commit(_writes(work, decide(work)))
            return ""

        await self.commands.attempt(write)

    def _work(self, unit: CommandUnit, by: Manager, name: str) -> _Work:
        id_ = ids.person_id(name)
        history = unit.history(id_)
        state, cause = rules.fold(id_, history), self.commands.cause(by.name)
        return _Work(unit, state, history, cause, self.commands.rules.sealer)

    def _history(self, name: str) -> list[Change]:
        id_ = ids.person_id(name)
        with self.commands.store.command() as unit:
            recorded = unit.history(id_)
        if not recorded:
            raise NotFoundError("Nobody has the user name {name}.", name=name[:64])
        return list(reversed(changes(id_, recorded, self.commands.rules.sealer)))


def changes(id_: UUID, history: Sequence[Recorded], sealer: Unsealer) -> list[Change]:
    """A stream as lines for people, oldest first."""
    undoable, state, found = rules.undoable(history), Person(id_), []
    for one in history:
        state = rules.evolve(state, one)
        row = _row(state, opened(sealer, state), one.occurred_at)
        kind = type(one.event).__name__
        found.append(
            Change(
                one.version,
                one.occurred_at,
                one.actor,
                kind,
                row,
                one.version in undoable,
            )
        )
    return found


def opened(sealer: Unsealer, state: Person) -> PersonalProfile:
    """How somebody is called; their user name where that was redacted."""
    found = sealer.unseal(*state.profile) if state.profile else None
    return found or PersonalProfile(state.name)


def _undone(work: _Work, by: Manager, version: int) -> Sequence[PersonEvent]:
    rules.check_undo(work.history, version)
    before = rules.fold(work.state.id, work.history[: version - 1])
    match work.history[version - 1].event:
        case PersonRolesChanged():
            return rules.change_roles(work.state, by, before.roles, work.other_admins())
        case PersonRenamed():
            return _renamed(work, by, opened(work.sealer, before))
        case PersonDisabled():
            return rules.enable(work.state, by)
        case _:
            return rules.disable(work.state, by, work.other_admins())


def _renamed(work: _Work, by: Manager, profile: PersonalProfile) -> list[PersonEvent]:
    if profile == work.profile():
        rules.may_manage(by, work.state)
        return []
    return rules.rename(work.state, by, plain(profile))


def _writes(work: _Work, events: Sequence[PersonEvent]) -> Writes:
    writes, state = Writes(), work.state
    for event in events:
        id_ = event_id(work.cause.id, state.id, type(event))
        placed = Placed(id_, state.id, state.version + 1)
        one = pending(placed, event, work.cause)
        writes.events.append(one)
        state = rules.evolve(state, one)
    if events:
        profile = opened(work.sealer, state)
        writes.people[state.id] = _row(state, profile, work.cause.at)
    return writes


def _row(state: Person, profile: PersonalProfile, at: datetime) -> PersonRow:
    return PersonRow(
        person=state.id,
        version=state.version,
        name=state.name,
        display_name=profile.display_name,
        email=profile.email,
        roles=tuple(sorted(state.roles)),
        disabled=state.disabled,
        changed_at=at,
    )


def _checked(profile: PersonalProfile) -> PersonalProfile:
    shown = " ".join(profile.display_name.split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise RefusedError("Give a name of up to {most} characters.", most=LONGEST_NAME)
    email = profile.email.strip()
    if email and not (email.isprintable() and identify.email(email)):
        raise RefusedError("That is no mail address. Leave it empty, or correct it.")
    return PersonalProfile(shown, email)
