"""Creates and lists accounts."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from hub.application.accounts import ROLES
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault

__all__ = ["Person", "known", "password_from", "save"]

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


async def save(services: Services, person: Person, password: str) -> None:
    """Create or replace an account.

    Raises:
        Fault: a role does not exist.
    """
    unknown = set(person.roles) - ROLES
    if unknown:
        raise Fault(
            f"There is no role {', '.join(sorted(unknown))}.",
            hint=f"There are: {', '.join(sorted(ROLES))}.",
            code=Exit.USAGE,
        )
    await services.accounts.save_person(
        person.name, person.display_name, password, person.roles
    )


async def known(services: Services) -> Mapping[str, str]:
    """Display names by user name, in alphabetical order."""
    return dict(sorted((await services.accounts.display_names()).items()))
