"""The durable timer: brings back what is due, whoever looks and however often.

What is due when follows from an interaction's events alone. A lease keeps several
timers from doing the same work at once; that nothing happens twice rests on the rules
(what was brought back is not due any more) and on the ids of the events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog

from events import ids
from hub.application.commanding import CommandStore, append
from hub.application.errors import NotFoundError
from hub.application.intake import StoreConflictError
from hub.domain import interaction as rules
from hub.domain.known import Known
from hub.domain.recording import Cause, Recorder, Rules
from hub.runtime.clock import Clock

log = structlog.get_logger("touchline.timer")

ACTOR: Final = "timer"
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
        """Bring back what is due and nobody else is at; answer how much it was.

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
            events = rules.fall_due(state, self.clock.now())
            if not events:
                return False
            recorder = Recorder(self.rules, Known())
            append(recorder, state, events, _cause(interaction, events[0].due_at))
            unit.commit(recorder.writes)
        return True


def _cause(interaction: UUID, due_at: datetime) -> Cause:
    """The moment itself: the same for whoever fires, and at whatever time."""
    id_ = ids.derived(interaction, f"due/{due_at.isoformat()}")
    return Cause(id=id_, correlation=id_, actor=ACTOR, at=due_at)
