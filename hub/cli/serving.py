"""Runs one role in this process, until it is told to stop."""

import asyncio
import signal

from hub.bootstrap.running import run_role
from hub.cli.running import settings_in_force
from hub.runtime.logging import configure_logging
from hub.runtime.settings import Settings

__all__ = ["serve"]


def serve(role: str, names: tuple[str, ...] = ()) -> None:
    """Run the role until SIGTERM or SIGINT; then it finishes what it took on."""
    settings = settings_in_force()
    configure_logging(settings.log_level)
    asyncio.run(_until_stopped(role, settings, names))


async def _until_stopped(role: str, settings: Settings, names: tuple[str, ...]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_role(role, settings, stop, names=names)
