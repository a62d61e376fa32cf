"""Who gives a command, and whom it can name."""

from collections.abc import Mapping

from fastapi import Request

from hub.application.accounts import Principal
from hub.application.at_desk import people_at_desk
from hub.application.errors import RefusedError
from hub.domain.handing_over import Actor
from hub.web.services import services


def acting(person: Principal) -> Actor:
    """Somebody as the rules see them."""
    return Actor(person.name, supervisor="supervisor" in person.roles)


async def everybody(request: Request) -> Mapping[str, str]:
    """Display names of all who have or had an account, by user name."""
    found: Mapping[str, str] = await request.app.state.people.names()
    return found


async def colleagues(request: Request) -> Mapping[str, str]:
    """Display names of those whom work can be given to, by user name."""
    return await people_at_desk(services(request).accounts)


async def colleague(request: Request, name: str) -> str:
    """The user name, if work can be given to whoever has it.

    Raises:
        RefusedError: nobody at the desk has.
    """
    if name not in await colleagues(request):
        raise RefusedError("Nobody at the desk is called {name!r}.", name=name[:64])
    return name
