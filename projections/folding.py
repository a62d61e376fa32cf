"""Fold a batch of events into rows in memory. Pure but for the parking it notes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from events import codec, wire
from events.envelope import Recorded, Stored
from events.sealing import UnreadableError, Unsealer
from projections.contract import Fact, Key, Named, Projection, ReadTable, Row
from projections.parking import Parking

Rows = dict[Key, Row | None]


@dataclass(slots=True)
class Work:
    """One projection's share of a batch: facts in order, rows and parts by table.

    `woken` are those whom the changed rows concern by name.
    """

    projection: Projection
    facts: list[Fact] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)
    woken: set[Named] = field(default_factory=set)
    parts: list[Rows] = field(default_factory=list)


class Opener:
    """Decodes and opens each event once, whoever asks."""

    def __init__(
        self, unsealer: Unsealer, decoded: Mapping[int, Recorded] | None = None
    ) -> None:
        self._unsealer = unsealer
        self._decoded = decoded or {}
        self._facts: dict[int, Fact] = {}

    def fact(self, stored: Stored) -> Fact:
        """The decoded event with its personal record.

        Raises:
            events.codec.UndecodableError: damaged or unknown event.
            events.sealing.UnreadableError: unknown sealing format.
        """
        known = self._facts.get(stored.position)
        if known is None:
            known = self._facts[stored.position] = self._open(stored)
        return known

    def _open(self, stored: Stored) -> Fact:
        record = self._decoded.get(stored.position) or wire.decode(stored)
        sealed: bytes = getattr(record.event, "personal", b"")
        personal: Any = None
        if sealed:
            personal = self._unsealer.unseal(sealed, record.event_id)
        return Fact(record, personal)


def collect(
    projection: Projection,
    records: Iterable[Stored],
    opener: Opener,
    parking: Parking,
) -> Work:
    """The facts that a projection wants, without what is parked or skipped."""
    work = Work(projection)
    name = projection.key
    for stored in records:
        if stored.type_name not in projection.types:
            continue
        if (name, stored.event_id) in parking.skipped:
            continue
        if (name, stored.stream) in parking.streams:
            parking.park(name, stored, "behind a parked event of its stream")
            continue
        try:
            work.facts.append(opener.fact(stored))
        except (codec.UndecodableError, UnreadableError) as error:
            parking.park(name, stored, f"{type(error).__name__}: {error}")
    return work


def keys_to_load(work: Work, table: ReadTable) -> set[Key]:
    """The rows that folding looks at."""
    found: set[Key] = set()
    for fact in work.facts:
        key = table.key(fact) if table.reads(fact) else None
        if key is not None:
            found.add(key)
    return found


def fold(
    work: Work,
    loaded: Sequence[dict[Key, Row]],
    by_position: Mapping[int, Stored],
    parking: Parking,
) -> None:
    """Apply the facts in order; an event that raises parks, and its stream with it."""
    name = work.projection.key
    work.rows = [{} for _ in work.projection.tables]
    work.parts = [{} for _ in work.projection.parts]
    for fact in work.facts:
        stored = by_position[fact.record.position]
        if (name, fact.record.stream) in parking.streams:
            parking.park(name, stored, "behind a parked event of its stream")
            continue
        try:
            changes = _changes(work, loaded, fact)
            parts = _parts(work, changes)
        except Exception as error:  # noqa: BLE001  (whatever evolve raises is data)
            parking.park(name, stored, f"{type(error).__name__}: {error}"[:500])
            continue
        for index, key, before, after in changes:
            work.rows[index][key] = after
            work.woken.update(work.projection.tables[index].wakes(before, after))
        for rows, key, row in parts:
            rows[key] = row


Change = tuple[int, Key, Row | None, Row | None]


def _changes(work: Work, loaded: Sequence[dict[Key, Row]], fact: Fact) -> list[Change]:
    """All of an event's changes, or none: a failure leaves no row half done."""
    changes: list[Change] = []
    for index, table in enumerate(work.projection.tables):
        key = table.key(fact)
        if key is None:
            continue
        rows = work.rows[index]
        before = rows[key] if key in rows else loaded[index].get(key)
        after = table.evolve(before, fact)
        if after is not before:
            changes.append((index, key, before, after))
    return changes


def _parts(work: Work, changes: Sequence[Change]) -> list[tuple[Rows, Key, Row]]:
    """The parts of changed rows that are new, or other than they were."""
    parts: list[tuple[Rows, Key, Row]] = []
    of_first = [(before, after) for index, _, before, after in changes if index == 0]
    for before, after in of_first:
        for table, rows in zip(work.projection.parts, work.parts, strict=True):
            known = table.split(before) if before else {}
            fresh = table.split(after) if after else {}
            parts += [(rows, k, row) for k, row in fresh.items() if known.get(k) != row]
    return parts
