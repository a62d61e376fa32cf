"""Who else is at an interaction: for all web processes, and gone by itself."""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol
from uuid import UUID

ALIVE_EVERY: Final = 20.0
"""How often a process says that it is there (s)."""

FORGOTTEN_AFTER: Final = 60.0
"""Whom a process has seen is forgotten when it was silent for so long (s)."""


class Seat(NamedTuple):
    """Somebody at an interaction; `person` is a user name."""

    interaction: UUID
    person: str


class Attendance(Protocol):
    """Where web processes tell each other whom they see.

    Both commands announce the interactions at which somebody else is: nobody is woken
    for people who are alone. Every method raises `StoreUnavailableError`.
    """

    async def alive(self, process: UUID) -> bool:
        """Say that a process is there; answer whether it was forgotten, or is new.

        Forgets processes that have been silent for too long.
        """
        ...

    async def tell(self, process: UUID, changes: Mapping[Seat, bool | None]) -> None:
        """Note who writes (True), only looks (False), or has gone (None).

        A process that was forgotten is to say that it is alive first.
        """
        ...

    async def leave(self, process: UUID) -> None:
        """Forget all that a process has told."""
        ...

    async def others(self, seat: Seat) -> dict[str, bool]:
        """Who else is at an interaction, by user name, and whether they write."""
        ...
