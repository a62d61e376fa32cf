"""Who gives a command, and whom it can name."""

from collections.abc import Mapping

from fastapi import Request

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.domain.handing_over import Actor


def acting(person: Principal) -> Actor:
    """Somebody as the rules see them."""
    return Actor(person.name, supervisor="supervisor" in person.roles)


async def colleagues(request: Request) -> Mapping[str, str]:
    """Display names of everybody with an account, by user name."""
    found: Mapping[str, str] = await request.app.state.people.names()
    return found


async def colleague(request: Request, name: str) -> str:
    """The user name, if somebody has it.

    Raises:
        RefusedError: nobody has.
    """
    if name not in await colleagues(request):
        raise RefusedError(f"Nobody here is called {name[:64]!r}.")
    return name
