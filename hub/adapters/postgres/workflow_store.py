"""The workflow agent's transactions on PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import DictRow

from events.envelope import Recorded, Stored
from events.slices import SLICES
from hub.adapters.postgres.intake_store import translated
from hub.adapters.postgres.lookups import read_customers, read_heads, read_known
from hub.adapters.postgres.recorder import STORE_LOCK, Recorder
from hub.adapters.postgres.writing import enveloped, write_decision
from hub.application.workflows import AGENT
from hub.domain.known import InteractionHead, Known, Place, Wanted
from hub.domain.writes import Writes
from hub.runtime.clock import Clock

_MARKS: Final = """
SELECT slice, position FROM touchline_workflows.watermarks
WHERE workflow = %s AND slice = ANY(%s) ORDER BY slice FOR UPDATE
"""
_MOVE: Final = """
UPDATE touchline_workflows.watermarks t SET position = w.position
FROM unnest(%s::int[], %s::bigint[]) AS w(slice, position)
WHERE t.workflow = %s AND t.slice = w.slice
"""
_PLACES: Final = """
SELECT touchpoint, customer, interaction FROM touchline_store.touchpoint_index
WHERE touchpoint = ANY(%s)
"""
_PARK: Final = """
INSERT INTO touchline_workflows.parked VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_HEAD: Final = (
    "SELECT coalesce(max(notification_id), 0) AS head FROM touchline_store.events"
)
_ACTIVATE: Final = """
INSERT INTO touchline_workflows.activations (workflow, position, activated_at)
SELECT name, %s, %s FROM unnest(%s::text[]) AS name ON CONFLICT DO NOTHING
"""
_FIRST_MARKS: Final = """
INSERT INTO touchline_workflows.watermarks (workflow, slice, position)
SELECT %s, s, %s FROM generate_series(0, %s) AS s ON CONFLICT DO NOTHING
"""
_ACTIVATIONS: Final = """
SELECT workflow, position FROM touchline_workflows.activations
WHERE workflow = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class PostgresWorkflowUnit:
    """Watermarks, heads and command events in one transaction."""

    recorder: Recorder
    clock: Clock
    cursor: Cursor[DictRow]

    def lock_marks(self, slices: Sequence[int]) -> dict[int, int]:
        """Lock and read the watermarks of slices."""
        self.cursor.execute(_MARKS, (AGENT, list(slices)), prepare=True)
        return {row["slice"]: row["position"] for row in self.cursor.fetchall()}

    def lock_store(self) -> None:
        """Take the store's lock for the rest of the transaction."""
        self.cursor.execute("SELECT pg_advisory_xact_lock(%s)", (STORE_LOCK,))

    def heads(self, interactions: Sequence[UUID]) -> dict[UUID, InteractionHead]:
        """Heads of interactions."""
        return read_heads(self.cursor, interactions)

    def customers(self, customers: Sequence[UUID]) -> dict[UUID, int]:
        """Versions of customers' streams."""
        return read_customers(self.cursor, customers)

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        return read_known(self.cursor, wanted)

    def places(self, touchpoints: Sequence[UUID]) -> dict[UUID, Place]:
        """Which of these touchpoints are recorded already."""
        self.cursor.execute(_PLACES, (list(touchpoints),), prepare=True)
        return {
            row["touchpoint"]: Place(row["customer"], row["interaction"])
            for row in self.cursor.fetchall()
        }

    def write(self, writes: Writes) -> None:
        """Append the command events."""
        now = self.clock.now()
        stored = [enveloped(pending, now) for pending in writes.events]
        write_decision(self.recorder, self.cursor, writes, stored)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint: what is written within stays only if it ends well."""
        with translated(), self.cursor.connection.transaction():
            yield

    def park(self, workflow: str, event: Stored | Recorded, reason: str) -> None:
        """Note an event that a workflow could not handle."""
        self.cursor.execute(
            _PARK,
            (
                workflow,
                event.event_id,
                event.stream,
                event.position,
                # PostgreSQL's text knows no NUL; what is parked may hold one.
                reason.replace("\x00", ""),
                self.clock.now(),
            ),
        )

    def move_marks(self, marks: Mapping[int, int]) -> None:
        """Move the watermarks."""
        if marks:
            parameters = (list(marks), list(marks.values()), AGENT)
            self.cursor.execute(_MOVE, parameters, prepare=True)


@dataclass(frozen=True, slots=True)
class PostgresWorkflowStore:
    """Opens the agent's transactions."""

    recorder: Recorder
    clock: Clock

    @contextmanager
    def workflow(self) -> Iterator[PostgresWorkflowUnit]:
        """A transaction; commits when it ends well."""
        with (
            translated(),
            self.recorder.datastore.transaction(commit=True) as cursor,
        ):
            yield PostgresWorkflowUnit(self.recorder, self.clock, cursor)

    def activate(self, names: Sequence[str]) -> dict[str, int]:
        """Activation positions; new workflows start at the store's head."""
        with translated(), self.recorder.datastore.transaction(commit=True) as cursor:
            cursor.execute(_HEAD)
            found = cursor.fetchone()
            head = found["head"] if found else 0
            cursor.execute(_ACTIVATE, (head, self.clock.now(), list(names)))
            cursor.execute(_FIRST_MARKS, (AGENT, head, SLICES - 1))
            cursor.execute(_ACTIVATIONS, (list(names),))
            return {row["workflow"]: row["position"] for row in cursor.fetchall()}

    def marks(self) -> dict[int, int]:
        """All watermarks, without a lock."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(
                "SELECT slice, position FROM touchline_workflows.watermarks"
                " WHERE workflow = %s",
                (AGENT,),
            )
            return {row["slice"]: row["position"] for row in cursor.fetchall()}
