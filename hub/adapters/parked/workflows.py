"""Parked work of workflows: an event that one of them could not handle."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from events.envelope import Stored
from hub.adapters.postgres.parked import ParkedFiring, ParkedTable
from hub.adapters.postgres.reader import StoreReader
from hub.application.errors import RefusedError
from hub.application.intake import StoreUnavailableError
from hub.application.parked import (
    WORKFLOW,
    ParkedContent,
    ParkedItem,
    check_open,
    found_by_uuid,
)
from hub.application.workflows import FiringError, WorkflowAgent
from hub.runtime.clock import Clock
from hub.workflows.definition import DefinitionError


@dataclass(frozen=True, slots=True)
class ParkedWorkflows:
    """Implements `hub.application.parked.Parked` for workflows.

    `agent` opens one with the workflows as they are defined now; only a retry needs it.
    """

    firings: ParkedTable[ParkedFiring]
    store: StoreReader
    agent: Callable[[], AbstractContextManager[WorkflowAgent]]
    clock: Clock

    async def items(self, *, everything: bool = False) -> list[ParkedItem]:
        """What is parked, oldest first."""
        return [_item(f) for f in await self.firings.all(everything=everything)]

    async def show(self, id_: str) -> ParkedContent:
        """One item; an event has no raw bytes of its own."""
        return ParkedContent(_item(await self._one(id_)), b"", {})

    async def retry(self, id_: str, actor: str) -> str:
        """Fire the event again; what it has fired already, it does not fire twice."""
        parked = await self._open(id_)
        history = await self.store.stream(parked.stream)
        stored = next(s for s in history if s.event_id == parked.event_id)
        try:
            fired = await asyncio.to_thread(self._fire, parked.workflow, stored)
        except (FiringError, DefinitionError) as error:
            text = f"{error}. It stays parked: mend the workflow, or discard this."
            raise RefusedError(text) from error
        except StoreUnavailableError as error:
            raise RefusedError("The store is busy or away. Try again.") from error
        said = "It fired." if fired else "There was nothing to do, or it had fired."
        await self._settle(parked, "retried", (actor, said))
        return said

    async def discard(self, id_: str, actor: str, reason: str) -> None:
        """Give it up for good."""
        await self._settle(await self._open(id_), "discarded", (actor, reason))

    def _fire(self, workflow: str, stored: Stored) -> int:
        with self.agent() as agent:
            return agent.fire_again(workflow, stored)

    async def _open(self, id_: str) -> ParkedFiring:
        found = await self._one(id_)
        check_open(found.state)
        return found

    async def _one(self, id_: str) -> ParkedFiring:
        workflow, _, event = id_.removeprefix(WORKFLOW).rpartition("/")
        return await found_by_uuid(event, partial(self.firings.one, workflow), id_)

    async def _settle(
        self, parked: ParkedFiring, state: str, by: tuple[str, str]
    ) -> None:
        await self.firings.settle(parked, state, by, self.clock.now())


def _item(parked: ParkedFiring) -> ParkedItem:
    return ParkedItem(
        f"{WORKFLOW}{parked.workflow}/{parked.event_id}",
        "workflow",
        parked.workflow,
        parked.reason,
        parked.parked_at,
        state=parked.state,
    )
