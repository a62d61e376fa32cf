"""How colleagues are called; asked rarely, since names hardly change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from hub.application.accounts import Accounts
from hub.application.workflows import is_workflow
from hub.runtime.clock import Clock

_KEPT: Final = timedelta(seconds=30)


class Names(dict[str, str]):
    """Display names by user name; workflows go by the sender's name of our mail."""

    def __init__(self, known: Mapping[str, str], sender_name: str) -> None:
        super().__init__(known)
        self._sender_name = sender_name

    def __missing__(self, actor: str) -> str:
        """Nobody's user name: a workflow, or somebody whose account is gone."""
        return self._sender_name if is_workflow(actor) else actor


class People:
    """Display names, at most half a minute old."""

    def __init__(self, accounts: Accounts, clock: Clock, sender_name: str) -> None:
        self._accounts = accounts
        self._clock = clock
        self._sender_name = sender_name
        self._names = Names({}, sender_name)
        self._until: datetime | None = None

    async def names(self) -> Names:
        """All display names."""
        now = self._clock.now()
        if self._until is None or now >= self._until:
            known = await self._accounts.display_names()
            self._names = Names(known, self._sender_name)
            self._until = now + _KEPT
        return self._names
