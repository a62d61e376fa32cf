"""How many missed calls wait to be called back: counted once for all open pages."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from hub.web.changed import Changed
from hub.web.services import WebServices
from projections.queries.missed import to_call_back

COUNTED_WITHIN: Final = timedelta(days=7)
"""Older ones are still listed, but nobody waits for them any more."""

PACE: Final = 2.0
AT_LEAST_EVERY: Final = 60.0
"""Seconds: writing to a customer is no change of their call."""

_log = structlog.get_logger(__name__)


class MissedCalls:
    """Keeps the count, and tells the live feed when it changes."""

    def __init__(self, services: WebServices) -> None:
        self._services = services
        self.count = 0

    async def run(self) -> None:
        """Count whenever calls were missed or worked on, until cancelled."""
        changes = self._services.feed.subscribe(
            ["calls:missed"], self._services.feed.position
        )
        while True:
            await self.tell()
            await asyncio.sleep(PACE)
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_LEAST_EVERY):
                    await changes.next()

    async def tell(self) -> None:
        """Count, and announce it if it is another one; a fault waits for the next."""
        try:
            count = await self._counted()
        except (SQLAlchemyError, OSError) as error:
            _log.warning("missed_calls_not_counted", error=type(error).__name__)
            return
        if count != self.count:
            self.count = count
            self._services.feed.announce(Changed(missed=count))

    async def _counted(self) -> int:
        since = self._services.clock.now() - COUNTED_WITHIN
        async with self._services.engine.connect() as connection:
            return await to_call_back(connection, since)
