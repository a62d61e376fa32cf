"""How colleagues are called; asked rarely, since names hardly change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from hub.application.accounts import Accounts
from hub.runtime.clock import Clock

_KEPT: Final = timedelta(seconds=30)


class People:
    """Display names by user name, at most half a minute old."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._names: Mapping[str, str] = {}
        self._until: datetime | None = None

    async def names(self) -> Mapping[str, str]:
        """All display names."""
        now = self._clock.now()
        if self._until is None or now >= self._until:
            self._names = await self._accounts.display_names()
            self._until = now + _KEPT
        return self._names
