"""Events on the stream of somebody who works here: who they are, what they may do.

Passwords, sessions and ways to log in are no events. A stream's id follows from the
user name (`events.ids.person_id`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonInvited:
    """Somebody may come in by a user name; `personal` seals a `PersonalProfile`."""

    name: str
    roles: tuple[str, ...]
    personal: bytes


@dataclass(frozen=True, slots=True)
class PersonRolesChanged:
    """All roles that they have from now on, sorted."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRenamed:
    """Called otherwise, or reached elsewhere; `personal` seals a `PersonalProfile`."""

    personal: bytes


@dataclass(frozen=True, slots=True)
class PersonDisabled:
    """The account was closed; `name` is the user name."""

    name: str


@dataclass(frozen=True, slots=True)
class PersonEnabled:
    """The account was opened again; `name` is the user name."""

    name: str


PersonEvent = (
    PersonInvited | PersonRolesChanged | PersonRenamed | PersonDisabled | PersonEnabled
)
