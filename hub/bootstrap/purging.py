"""Clear away, every hour, what was begun and will not be sent."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from hub.application.drafts import Leftovers
from hub.application.intake import StoreUnavailableError
from hub.runtime.clock import Clock

log = structlog.get_logger("touchline.web")

EVERY_SECONDS: Final = 3600.0


async def purge_drafts(leftovers: Leftovers, clock: Clock, days: int) -> None:
    """Forget drafts and their files that are older; for ever, cancel to stop.

    Several processes may do it: each row is forgotten by one of them.
    """
    while True:
        try:
            count = await leftovers.purge(clock.now() - timedelta(days=days))
            log.info("drafts_purged", count=count)
        except (StoreUnavailableError, OSError) as error:
            log.warning("drafts_not_purged", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
