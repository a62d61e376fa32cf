"""Boards name queues and groups: they are told when somebody edited these."""

import asyncio
from typing import Final

from hub.web.changed import Changed
from hub.web.services import WebServices

PACE: Final = 1.0
"""Seconds; looking costs no query, the process keeps its configuration up to date."""


class Reconfigured:
    """Tells the live feed when the configuration in force has changed."""

    def __init__(self, services: WebServices) -> None:
        self._services = services
        self._told = services.configured.now.version

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(PACE)
            self.look()

    def look(self) -> None:
        """Announce all queues, once for each state of the configuration."""
        now = self._services.configured.now
        if now.version != self._told:
            self._told = now.version
            self._services.feed.announce(Changed(queue=frozenset(now.queues)))
