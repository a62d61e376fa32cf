"""How often one may try to log in: the rule, and the port that counts."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

FORGOTTEN_AFTER: Final = timedelta(days=1)
"""Failures are forgotten when there was none for so long."""

_EXPONENT: Final = 20


class Limit(NamedTuple):
    """Failures up to `free` cost nothing, then the pause doubles, then comes `lock`."""

    free: int
    lock_after: int
    lock: timedelta


def pause(limit: Limit, failures: int) -> timedelta:
    """How long to wait after so many failures: 1 s, 2 s, 4 s, …, at last the lock."""
    if failures < limit.free:
        return timedelta()
    if failures >= limit.lock_after:
        return limit.lock
    return min(
        timedelta(seconds=2 ** min(failures - limit.free, _EXPONENT)), limit.lock
    )


class Attempts(Protocol):
    """Counts tries per user name and per address, for all processes together.

    A try counts as failed until it is forgiven, so that many at once gain nothing.
    Names count whether or not somebody has them. Raises `StoreUnavailableError` when
    it cannot be counted now.
    """

    async def begin(self, name: str, address: str) -> timedelta:
        """Count a try; how long to wait before the next if this one comes too early."""
        ...

    async def succeeded(self, name: str, address: str) -> None:
        """It was no failure: forget those of the name, and this one of the address."""
        ...

    async def unlock(self, name: str) -> None:
        """Forget the failures of a name."""
        ...

    async def locked(self, names: Iterable[str]) -> Mapping[str, datetime]:
        """Until when those of the names are locked that are."""
        ...
