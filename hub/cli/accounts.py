"""Accounts of people and keys of programs, from the command line."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hub.application.accounts import ROLES, Account, ApiKey
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault

__all__ = [
    "Person",
    "disable",
    "enable",
    "issue_key",
    "keys",
    "password_from",
    "people",
    "revoke_keys",
    "save",
]

SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Person:
    """An account to be."""

    name: str
    display_name: str
    roles: tuple[str, ...]


def password_from(said: str) -> str:
    """The password as it was typed, or from a pipe for `-`.

    Raises:
        Fault: it is too short.
    """
    password = sys.stdin.readline().rstrip("\n") if said == "-" else said
    if len(password) < SHORTEST:
        raise Fault(f"A password needs {SHORTEST} characters or more.", code=Exit.USAGE)
    return password


async def save(services: Services, person: Person, password: str) -> Account:
    """Create or replace an account; answer what it is now.

    Raises:
        Fault: a role does not exist.
    """
    _check(person.roles)
    await services.accounts.save_person(
        person.name, person.display_name, password, person.roles
    )
    return next(one for one in await people(services) if one.name == person.name)


async def people(services: Services) -> list[Account]:
    """Everybody with an account, by user name."""
    return await services.accounts.people()


async def disable(services: Services, name: str) -> None:
    """Close an account, and end its sessions.

    Raises:
        Fault: nobody has this name.
    """
    with _somebody(name):
        await services.accounts.disable_person(name)


async def enable(services: Services, name: str) -> None:
    """Open a closed account again.

    Raises:
        Fault: nobody has this name.
    """
    with _somebody(name):
        await services.accounts.enable_person(name)


async def issue_key(services: Services, name: str, roles: tuple[str, ...]) -> str:
    """Create an API key; it can be read only now.

    Raises:
        Fault: a role does not exist.
    """
    _check(roles)
    return await services.accounts.issue_key(name, roles)


async def keys(services: Services) -> list[ApiKey]:
    """All API keys there ever were, by name and age."""
    return await services.accounts.keys()


async def revoke_keys(services: Services, name: str) -> int:
    """End all keys of a program; answer how many.

    Raises:
        Fault: it has none.
    """
    revoked = await services.accounts.revoke_keys(name)
    if not revoked:
        raise Fault(
            f"{name} has no key that works.",
            hint="touchline keys list shows all keys.",
            code=Exit.NOT_FOUND,
        )
    return revoked


def _check(roles: Iterable[str]) -> None:
    unknown = set(roles) - ROLES
    if unknown:
        raise Fault(
            f"There is no role {', '.join(sorted(unknown))}.",
            hint=f"There are: {', '.join(sorted(ROLES))}.",
            code=Exit.USAGE,
        )


@contextmanager
def _somebody(name: str) -> Iterator[None]:
    try:
        yield
    except KeyError:
        raise Fault(
            f"Nobody has the user name {name}.",
            hint="touchline people list shows all.",
            code=Exit.NOT_FOUND,
        ) from None
