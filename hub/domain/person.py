"""Who works here: `decide(command, state) -> events`, `evolve(state, event)`. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from events.envelope import Pending, Recorded
from events.person import (
    PersonDisabled,
    PersonEnabled,
    PersonEvent,
    PersonInvited,
    PersonRenamed,
    PersonRolesChanged,
)
from hub.domain.interaction import RuleError
from hub.domain.refusing import Wording

ROLES: Final = frozenset(
    {"agent", "supervisor", "ops", "integrator", "privacy", "admin"}
)
"""What anybody can be: `privacy` is the privacy officer, `admin` sets things up."""

GUARDED: Final = frozenset({"admin", "privacy", "ops"})
"""Roles that only an admin gives and takes."""

MANAGERS: Final = ("admin", "supervisor")
"""Who decides who works here."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Manager:
    """Who gives a command, with their roles."""

    name: str
    roles: frozenset[str]


class Sealed(NamedTuple):
    """A sealed record and the event that it belongs to."""

    record: bytes
    event_id: UUID


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody as the table of accounts holds them; it is written with the events."""

    person: UUID
    version: int
    name: str
    display_name: str
    email: str
    roles: tuple[str, ...]
    disabled: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's state, folded from their stream.

    `profile` says how they are called; None before they came.
    """

    id: UUID
    version: int = 0
    name: str = ""
    roles: frozenset[str] = frozenset()
    disabled: bool = False
    profile: Sealed | None = None

    @property
    def active_admin(self) -> bool:
        """Whether they can set things up now."""
        return "admin" in self.roles and not self.disabled


def evolve(state: Person, one: Recorded | Pending) -> Person:
    """The state after one event of the stream; what is no person's changes nothing."""
    event, after = one.event, replace(state, version=one.version)
    match event:
        case PersonInvited():
            profile = Sealed(event.personal, one.event_id)
            roles = frozenset(event.roles)
            return replace(after, name=event.name, roles=roles, profile=profile)
        case PersonRolesChanged():
            return replace(after, roles=frozenset(event.roles))
        case PersonRenamed():
            return replace(after, profile=Sealed(event.personal, one.event_id))
        case PersonDisabled() | PersonEnabled():
            return replace(after, disabled=isinstance(event, PersonDisabled))
        case _:
            return after


def fold(id_: UUID, history: Iterable[Recorded]) -> Person:
    """The state after all events of a stream."""
    state = Person(id_)
    for recorded in history:
        state = evolve(state, recorded)
    return state


def check_name(name: str) -> None:
    """Refuse what is no user name.

    Raises:
        RuleError: it has other characters, or too many.
    """
    if not _NAME.fullmatch(name):
        raise RuleError(
            "A user name is made of small letters a to z, digits, dots, dashes and"
            " underscores, 64 at most, such as ana.ortiz."
        )


def may_manage(by: Manager, state: Person, roles: Iterable[str] = ()) -> None:
    """Refuse who has no say over somebody, or over the roles they shall have.

    Raises:
        RuleError: the text says who can do it.
    """
    if "admin" in by.roles:
        return
    if "supervisor" not in by.roles:
        raise RuleError("Only supervisors and admins decide who works here.")
    guarded = GUARDED & (state.roles | frozenset(roles))
    if guarded:
        what = tuple(map(Wording, sorted(guarded)))
        raise RuleError(
            "Only an admin decides about people who are {roles}.", roles=what
        )


def invite(
    state: Person, by: Manager, name: str, roles: Iterable[str], sealed: bytes
) -> list[PersonEvent]:
    """Let somebody in.

    Raises:
        RuleError: the name is none or taken, a role does not exist, or `by` may not.
    """
    check_name(name)
    granted = _granted(roles)
    may_manage(by, state, granted)
    if state.version:
        raise RuleError(
            "Somebody has the user name {name} already. Choose another.", name=name
        )
    return [PersonInvited(name, granted, sealed)]


def change_roles(
    state: Person, by: Manager, roles: Iterable[str], other_admins: int
) -> list[PersonEvent]:
    """Give somebody these roles and no others; the same ones again are no event.

    Raises:
        RuleError: a role does not exist, `by` may not, or nobody would be admin.
    """
    granted = _granted(roles)
    may_manage(by, state, granted)
    if frozenset(granted) == state.roles:
        return []
    if "admin" not in granted:
        _keep_an_admin(state, other_admins)
    return [PersonRolesChanged(granted)]


def rename(state: Person, by: Manager, sealed: bytes) -> list[PersonEvent]:
    """Call somebody otherwise.

    Raises:
        RuleError: `by` may not.
    """
    may_manage(by, state)
    return [PersonRenamed(sealed)]


def disable(state: Person, by: Manager, other_admins: int) -> list[PersonEvent]:
    """Close an account; a closed one stays so.

    Raises:
        RuleError: `by` may not, or nobody would be admin.
    """
    may_manage(by, state)
    if state.disabled:
        return []
    _keep_an_admin(state, other_admins)
    return [PersonDisabled(state.name)]


def enable(state: Person, by: Manager) -> list[PersonEvent]:
    """Open an account again; an open one stays so.

    Raises:
        RuleError: `by` may not.
    """
    may_manage(by, state)
    return [PersonEnabled(state.name)] if state.disabled else []


def undoable(history: Sequence[Recorded]) -> frozenset[int]:
    """Versions of the changes that can be undone: the last one of each kind."""
    last: dict[str, int] = {}
    for recorded in history:
        last[_aspect(recorded.event)] = recorded.version
    return frozenset(version for aspect, version in last.items() if aspect) - {1}


def check_undo(history: Sequence[Recorded], version: int) -> None:
    """Refuse to undo what was changed again since.

    Raises:
        RuleError: the text says what to do instead.
    """
    if version == 1:
        raise RuleError("An invitation cannot be undone. Disable the account instead.")
    if version not in undoable(history):
        raise RuleError("This was changed again since. Undo the later change first.")


def _aspect(event: object) -> str:
    match event:
        case PersonRolesChanged():
            return "roles"
        case PersonRenamed():
            return "profile"
        case PersonDisabled() | PersonEnabled():
            return "access"
        case _:
            return ""


def _granted(roles: Iterable[str]) -> tuple[str, ...]:
    granted = tuple(sorted(set(roles)))
    unknown = sorted(set(granted) - ROLES)
    if unknown:
        raise RuleError(
            "There is no role {unknown}. There are: {roles}.",
            unknown=", ".join(unknown),
            roles=", ".join(sorted(ROLES)),
        )
    if not granted:
        raise RuleError("Choose at least one role.")
    return granted


def _keep_an_admin(state: Person, other_admins: int) -> None:
    if state.active_admin and not other_admins:
        raise RuleError(
            "This is the last admin: nobody could set anything up. Make somebody else"
            " an admin first."
        )
