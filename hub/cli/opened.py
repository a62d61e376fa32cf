"""Opens the running hub's services for one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hub.bootstrap.services import Services, open_services
from hub.cli.running import reach
from hub.runtime.logging import configure_logging

__all__ = ["with_services"]

Answer = TypeVar("Answer")


def with_services(work: Callable[[Services], Awaitable[Answer]]) -> Answer:
    """Run `work` with the services of the hub that is running or configured.

    Raises:
        Fault: there is none.
    """

    async def opened() -> Answer:
        async with open_services(reach()) as services:
            return await work(services)

    # What a command has to say it says itself; libraries warn about every retry.
    configure_logging("ERROR")
    return asyncio.run(opened())
