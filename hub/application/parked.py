"""Parked work: what could not be done, why, and what to do about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar
from uuid import UUID

from hub.application.errors import NotFoundError, RefusedError

Found = TypeVar("Found")

WORKFLOW: Final = "workflow:"
"""What the ids of workflows' parked events begin with."""


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


@dataclass(frozen=True, slots=True)
class ParkedWork:
    """Implements `Parked` for all kinds, each by its own; an id tells its kind.

    Ids are UUIDs for messages, `<projection>/<stream>` for projections' streams, and
    `workflow:<name>/<event>` for workflows' events.
    """

    messages: Parked
    streams: Parked
    workflows: Parked

    async def items(self, *, everything: bool = False) -> list[ParkedItem]:
        """What is parked, oldest first."""
        kinds = (self.messages, self.streams, self.workflows)
        found = [i for kind in kinds for i in await kind.items(everything=everything)]
        return sorted(found, key=lambda item: item.since)

    async def show(self, id_: str) -> ParkedContent:
        """One item with its raw bytes."""
        return await self._kind_of(id_).show(id_)

    async def retry(self, id_: str, actor: str) -> str:
        """Drive it again."""
        return await self._kind_of(id_).retry(id_, actor)

    async def discard(self, id_: str, actor: str, reason: str) -> None:
        """Give it up for good, with a reason."""
        if not reason.strip():
            raise RefusedError("Say why: the reason is kept with what is discarded.")
        await self._kind_of(id_).discard(id_, actor, reason)

    def _kind_of(self, id_: str) -> Parked:
        if id_.startswith(WORKFLOW):
            return self.workflows
        return self.streams if "/" in id_ else self.messages


def nothing_under(id_: str) -> NotFoundError:
    """The error for an id that nothing has."""
    return NotFoundError("Nothing is parked under {id}.", id=id_)


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
        raise RefusedError("It was {state} already.", state=state)
