"""Keep a role running while the broker or the database is away."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import psycopg
import structlog
from aiokafka.errors import KafkaError
from eventsourcing import persistence
from psycopg_pool import PoolTimeout

from hub.application.intake import StoreUnavailableError

log = structlog.get_logger("touchline.roles")

AWAY: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    persistence.OperationalError,
    persistence.InterfaceError,
    PoolTimeout,
    StoreUnavailableError,
    KafkaError,
    ConnectionError,
    TimeoutError,
)
"""What a broker or a database raises that is away, or just coming."""

PAUSES: Final = (0.5, 1.0, 2.0, 5.0)
"""Seconds before the next start, after the first, second … failure."""

STEADY_SECONDS: Final = 30.0
"""A role that ran this long starts over with the shortest pause."""


async def persistently(
    name: str, role: Callable[[], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Run `role` again whenever what it depends on goes away, until `stop` is set.

    Raises:
        Exception: whatever else ends the role: that is a bug or a wrong setting.
    """
    loop = asyncio.get_running_loop()
    failures = 0
    while not stop.is_set():
        began = loop.time()
        error = await _failure(role)
        if error is None:
            return
        failures = 0 if loop.time() - began > STEADY_SECONDS else failures
        pause = PAUSES[min(failures, len(PAUSES) - 1)]
        failures += 1
        log.warning(
            "role_waits", role=name, error=type(error).__name__, retry_seconds=pause
        )
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _failure(role: Callable[[], Awaitable[None]]) -> BaseException | None:
    """Run once; answer why it ended if what it depends on went away."""
    try:
        await role()
    except BaseExceptionGroup as group:
        away, other = group.split(is_away)
        if other is not None or away is None:
            raise
        return away.exceptions[0]
    except Exception as error:
        if not is_away(error):
            raise
        return error
    return None


def is_away(error: BaseException) -> bool:
    """Whether it means that something is away; SQLAlchemy wraps what psycopg raised."""
    return isinstance(error, AWAY) or isinstance(getattr(error, "orig", None), AWAY)
