"""Parked work: what could not be done, why, and what to do about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from hub.application.errors import NotFoundError, RefusedError

Found = TypeVar("Found")


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


def nothing_under(id_: str) -> NotFoundError:
    """The error for an id that nothing has."""
    return NotFoundError(f"Nothing is parked under {id_}.")


async def found_by_uuid(
    text: str, look: Callable[[UUID], Awaitable[Found | None]], id_: str
) -> Found:
    """What `look` finds by the UUID in `text`, which is an id or a part of one.

    Raises:
        NotFoundError: it is no UUID, or nothing has it.
    """
    try:
        found = await look(UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise nothing_under(id_)
    return found


def check_open(state: str) -> None:
    """Let through what is still parked.

    Raises:
        RefusedError: it was retried or discarded already.
    """
    if state != "parked":
        raise RefusedError(f"It was {state} already.")
