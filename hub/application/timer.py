"""The durable timer: does what is due, whoever looks and however often.

What is due when follows from an interaction's events alone, and, for calls that never
end, from how long one is waited for. A lease keeps several
timers from doing the same work at once; that nothing happens twice rests on the rules
(what was done is not due any more) and on the ids of the events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog

from hub.application.commanding import CommandStore, head_of
from hub.application.errors import NotFoundError
from hub.application.intake import StoreConflictError
from hub.domain import interaction as rules
from hub.domain.due import fall_due
from hub.domain.known import Known
from hub.domain.recording import Recorder, Rules
from hub.runtime.clock import Clock

log = structlog.get_logger("touchline.timer")

LEASE: Final = timedelta(seconds=30)
"""After this long another attempt is made: the first one died, or its event is still
on its way to the read model."""
ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Due:
    """An interaction, and since when something of it is due."""

    interaction: UUID
    due_at: datetime


class Leases(Protocol):
    """Who does what at the moment, for all timers."""

    def claim(
        self, due: Sequence[Due], now: datetime, until: datetime
    ) -> Sequence[UUID]:
        """Lease what nobody has leased; answer the interactions that are ours."""
        ...


@dataclass(frozen=True, slots=True)
class Timer:
    """The use case."""

    store: CommandStore
    leases: Leases
    rules: Rules
    clock: Clock

    def ring(self, due: Sequence[Due]) -> int:
        """Do what is due and nobody else is at; answer on how many interactions.

        Raises:
            StoreUnavailableError: the rest is still to be done.
        """
        now = self.clock.now()
        ours = self.leases.claim(due, now, now + LEASE)
        return sum(self._fire(interaction) for interaction in ours)

    def _fire(self, interaction: UUID) -> bool:
        for _ in range(ATTEMPTS):
            try:
                return self._attempt(interaction)
            except StoreConflictError:
                continue
            except (NotFoundError, ValueError):
                log.exception("timer_cannot_fire", interaction=str(interaction))
                return False
        log.warning("timer_gave_way", interaction=str(interaction))
        return False

    def _attempt(self, interaction: UUID) -> bool:
        with self.store.command() as unit:
            state = rules.fold(interaction, unit.history(interaction))
            head = head_of(state)
            known = Known()
            if state.lifecycle.held:
                known.customers[head.customer] = unit.customer_version(head.customer)
            recorder = Recorder(self.rules, known)
            fall_due(recorder, state, head, self.clock.now())
            unit.commit(recorder.writes)
        return bool(recorder.writes.events)
