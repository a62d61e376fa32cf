"""Parked work: what could not be done, why, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ParkedItem:
    """One thing that waits for somebody.

    `kind` is `message` (intake could not take it), `rejected` (its connector could not
    parse it), `projection` (a stream that a read model cannot apply) or `workflow`.
    `where` is the Kafka source, projection or workflow; `waiting` counts what is parked
    with it. `state` is `parked`, `retried` or `discarded`.
    """

    id: str
    kind: str
    where: str
    reason: str
    since: datetime
    waiting: int = 1
    state: str = "parked"


@dataclass(frozen=True, slots=True)
class ParkedContent:
    """What arrived, byte for byte, and its context; empty for events."""

    item: ParkedItem
    raw: bytes
    context: dict[str, str]


class Parked(Protocol):
    """Parked work of all processes. Unknown ids raise `NotFoundError`."""

    async def items(self, *, everything: bool = False) -> list[ParkedItem]:
        """What is parked, oldest first; with `everything` the settled items too."""
        ...

    async def show(self, id_: str) -> ParkedContent:
        """One item with its raw bytes."""
        ...

    async def retry(self, id_: str, actor: str) -> str:
        """Drive it again; answer in a sentence what came of it.

        Raises:
            RefusedError: it cannot be driven again; the text says why.
        """
        ...

    async def discard(self, id_: str, actor: str, reason: str) -> None:
        """Give it up for good, with a reason; rebuilds honour it."""
        ...
