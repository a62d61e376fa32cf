"""Opens the running hub's services for one command."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import psycopg

from hub.bootstrap.parts import database_of
from hub.bootstrap.services import Services, open_services
from hub.cli.running import reach
from hub.runtime.logging import configure_logging

__all__ = ["with_services"]

Answer = TypeVar("Answer")

CONNECT_SECONDS: Final = 5


def with_services(work: Callable[[Services], Awaitable[Answer]]) -> Answer:
    """Run `work` with the services of the hub that is running or configured.

    Raises:
        Fault: there is none.
        psycopg.OperationalError: the database does not answer.
    """
    settings = reach()

    async def opened() -> Answer:
        async with open_services(settings) as services:
            return await work(services)

    # What a command has to say it says itself; libraries warn about every retry.
    configure_logging("ERROR")
    _ask(database_of(settings))
    return asyncio.run(opened())


def _ask(dsn: str) -> None:
    """Fail at once and with the database's own words; pools only wait."""
    psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS).close()
