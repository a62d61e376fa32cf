"""Run a role by name, importing only what that role needs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Final

from hub.bootstrap.parts import reach_database
from hub.bootstrap.persistence import persistently
from hub.runtime.collecting import collect_rarely
from hub.runtime.settings import Settings

ROLES: Final = {
    "intake": "hub.bootstrap.intake:run_intake",
    "relay": "hub.bootstrap.relay:run_relay",
    "streams": "hub.bootstrap.streams:run_streams",
    "search": "hub.bootstrap.streams:run_search",
    "workflows": "hub.bootstrap.workflows:run_workflows",
    "timer": "hub.bootstrap.timer:run_timer",
    "web": "hub.bootstrap.web:run_web",
    "connectors": "hub.bootstrap.connecting:run_connectors",
}
"""Where each role's coroutine is: a relay needs neither Faust nor a web server."""


async def run_role(
    role: str, settings: Settings, stop: asyncio.Event, *, names: Sequence[str] = ()
) -> None:
    """Run one role until `stop` is set; `names` are connectors, for that role.

    While the broker or the database is away it waits, says so, and goes on by itself.

    Raises:
        KeyError: no such role.
        NotConfiguredError: the database or broker is not set.
    """
    arguments = (settings, stop, names) if role == "connectors" else (settings, stop)
    run = partial(_found(ROLES[role]), *arguments)
    collect_rarely()

    async def once_reachable() -> None:
        # Pools would wait long and say little: ask once, and fail at once.
        await reach_database(settings)
        await run()

    await persistently(role, once_reachable, stop)


def _found(target: str) -> Callable[..., Awaitable[Any]]:
    module, _, name = target.partition(":")
    found: Callable[..., Awaitable[Any]] = getattr(import_module(module), name)
    return found
