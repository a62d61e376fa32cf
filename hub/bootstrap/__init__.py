"""The one place that wires: settings in, running roles out.

Each role is a coroutine that runs until its `stop` event is set.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from hub.bootstrap.connecting import run_connectors
from hub.bootstrap.parts import NotConfiguredError, reach_database
from hub.bootstrap.persistence import persistently
from hub.bootstrap.roles import (
    Role,
    run_intake,
    run_relay,
    run_streams,
    run_workflows,
)
from hub.bootstrap.services import Services, open_services
from hub.bootstrap.setting_up import create_topics, migrate, wanted_topics_of
from hub.bootstrap.web import run_web
from hub.runtime.settings import Settings

__all__ = [
    "ROLES",
    "NotConfiguredError",
    "Services",
    "create_topics",
    "migrate",
    "open_services",
    "run_role",
    "wanted_topics_of",
]

ROLES: Final[dict[str, Role]] = {
    "intake": run_intake,
    "relay": run_relay,
    "streams": run_streams,
    "workflows": run_workflows,
    "web": run_web,
}


async def run_role(
    role: str, settings: Settings, stop: asyncio.Event, *, names: Sequence[str] = ()
) -> None:
    """Run one role until `stop` is set; `names` are connectors, for that role.

    While the broker or the database is away it waits, says so, and goes on by itself.

    Raises:
        KeyError: no such role.
        NotConfiguredError: the database or broker is not set.
    """
    run = (
        partial(run_connectors, settings, stop, names)
        if role == "connectors"
        else partial(ROLES[role], settings, stop)
    )

    async def once_reachable() -> None:
        # Pools would wait long and say little: ask once, and fail at once.
        await reach_database(settings)
        await run()

    await persistently(role, once_reachable, stop)
