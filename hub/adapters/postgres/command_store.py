"""Commands' transactions on PostgreSQL: load a stream, write with its version."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events import wire
from events.envelope import Recorded, Stored
from hub.adapters.postgres.customer_groups import read_customer_heads
from hub.adapters.postgres.intake_store import translated
from hub.adapters.postgres.lookups import read_customers, read_known, read_numbers
from hub.adapters.postgres.person_rows import count_admins, has_key
from hub.adapters.postgres.recorder import Recorder
from hub.adapters.postgres.writing import enveloped, write_decision
from hub.domain.known import (
    Claim,
    CustomerHead,
    IdentifierKey,
    Known,
    Suggested,
    Wanted,
)
from hub.domain.writes import Writes
from hub.runtime.clock import Clock

_STREAM: Final = """
SELECT event_id, originator_id AS stream, originator_version AS version,
       notification_id AS position, 0 AS previous, slice, topic AS type_name,
       state AS body, occurred_at, recorded_at, actor, correlation, causation
FROM touchline_store.events WHERE originator_id = %s ORDER BY originator_version
"""
_CLAIM: Final = """
SELECT customer, mark, shared FROM touchline_store.identifier_index
WHERE kind = %s AND digest = %s
"""
_MARKED: Final = """
SELECT kind, digest, customer FROM touchline_store.identifier_index WHERE mark = %s
"""
_SUGGESTED: Final = """
SELECT suggestion AS id, customer, other, bool_or(open) AS open
FROM touchline_store.merge_evidence WHERE suggestion = %s
GROUP BY suggestion, customer, other ORDER BY customer
"""
_VERSION: Final = """
SELECT max(originator_version) AS version FROM touchline_store.events
WHERE originator_id = %s
"""
_OPEN: Final = """
SELECT queue, for_group, count(*) AS number FROM touchline_store.interaction_head
WHERE state <> 'closed' GROUP BY queue, for_group
"""
_RECORDED: Final = (
    "SELECT 1 FROM touchline_store.touchpoint_index WHERE touchpoint = %s"
)


@dataclass(frozen=True, slots=True)
class PostgresCommandUnit:
    """Reads see committed data; the version check makes the write safe."""

    recorder: Recorder
    clock: Clock

    def history(self, stream: UUID) -> list[Recorded]:
        """A stream's events, oldest first."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_STREAM, (stream,), prepare=True)
            rows = cursor.fetchall()
        return [
            wire.decode(Stored(**{**row, "body": bytes(row["body"])})) for row in rows
        ]

    def customer_version(self, customer: UUID) -> int:
        """The version of a customer's stream; 0 if there is none."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            return read_customers(cursor, [customer]).get(customer, 0)

    def customers(self, customers: Iterable[UUID]) -> dict[UUID, CustomerHead]:
        """Heads of customers and of their roots, as of one moment."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            return read_customer_heads(cursor, customers)

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            return read_known(cursor, wanted)

    def is_recorded(self, touchpoint: UUID) -> bool:
        """Whether a touchpoint is in the index."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_RECORDED, (touchpoint,))
            return cursor.fetchone() is not None

    def numbers(self, count: int) -> Iterator[int]:
        """Fresh interaction numbers; unused ones are gaps."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            return read_numbers(cursor, count)

    def claim(self, key: IdentifierKey) -> Claim | None:
        """Whose an identifier is; None if it is nobody's."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_CLAIM, key)
            row = cursor.fetchone()
        return Claim(**row) if row else None

    def suggested(self, suggestion: UUID) -> list[Suggested]:
        """All that was ever suggested about a pair of customers."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_SUGGESTED, (suggestion,))
            return [Suggested(**row) for row in cursor.fetchall()]

    def marked(self, mark: UUID) -> tuple[IdentifierKey, UUID] | None:
        """The identifier that has a mark, and its customer; None if it is gone."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_MARKED, (mark,))
            row = cursor.fetchone()
        return ((row["kind"], bytes(row["digest"])), row["customer"]) if row else None

    def is_program(self, name: str) -> bool:
        """Whether a program has, or had, an API key of this name, in any case."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            return has_key(cursor, name)

    def active_admins(self) -> int:
        """How many accounts are open whose people are admins."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            return count_admins(cursor)

    def version(self, stream: UUID) -> int:
        """How many events a stream has."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_VERSION, (stream,), prepare=True)
            row = cursor.fetchone()
        return (row and row["version"]) or 0

    def open_work(self) -> tuple[Counter[str], Counter[str]]:
        """How much is open in each queue, and how much waits for each group."""
        with translated(), self.recorder.datastore.cursor() as cursor:
            cursor.execute(_OPEN)
            rows = cursor.fetchall()
        queues, groups = Counter[str](), Counter[str]()
        for row in rows:
            queues[row["queue"]] += row["number"]
            groups[row["for_group"]] += row["number"]
        return queues, groups

    def commit(self, writes: Writes) -> dict[int, int]:
        """Write in one transaction; nothing to write is no transaction."""
        if not writes.events:
            return {}
        now = self.clock.now()
        stored = [enveloped(pending, now) for pending in writes.events]
        with translated(), self.recorder.writing() as cursor:
            return write_decision(self.recorder, cursor, writes, stored)


@dataclass(frozen=True, slots=True)
class PostgresCommandStore:
    """Opens commands' units of work."""

    recorder: Recorder
    clock: Clock

    @contextmanager
    def command(self) -> Iterator[PostgresCommandUnit]:
        """A unit for one attempt."""
        yield PostgresCommandUnit(self.recorder, self.clock)
