"""Keys of programs, from the command line."""

from collections.abc import Iterable

from hub.application.accounts import ApiKey
from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault
from hub.domain.person import ROLES

__all__ = ["issue_key", "keys", "revoke_keys"]


async def issue_key(services: Services, name: str, roles: tuple[str, ...]) -> str:
    """Create an API key; it can be read only now.

    Raises:
        Fault: a role does not exist, or somebody has this user name.
    """
    _check(roles)
    if await services.accounts.account(name.lower()):
        raise Fault(
            f"{name} is a person: what a program does would be said to be theirs.",
            hint="Name the key after the program, such as crm.",
            code=Exit.USAGE,
        )
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
