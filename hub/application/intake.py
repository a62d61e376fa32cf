"""Take batches of Kafka messages into the store, exactly once in effect.

Optimistic first: read, decide, write. On a conflict or a lost answer the batch is done
again under the store's lock, without what is stored already. An error in the data
bisects the batch and parks the one message that causes it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from events import codec
from hub.domain.intake import Item, decide, wanted
from hub.domain.known import Known, Wanted
from hub.domain.recording import Rules
from hub.domain.writes import Writes

log = structlog.get_logger("touchline.intake")


class StoreConflictError(Exception):
    """A version, an index entry or the tracking was taken by another writer."""


class StoreUnavailableError(Exception):
    """The database cannot be reached now, or did not answer: try again."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a touchpoint topic; `source` is `<cluster>/<topic>[<partition>]`."""

    cluster: str
    topic: str
    partition: int
    offset: int
    value: bytes

    @property
    def source(self) -> str:
        """The name under which its partition is tracked."""
        return f"{self.cluster}/{self.topic}[{self.partition}]"


@dataclass(frozen=True, slots=True)
class Park:
    """A message to park, and why, in words for people."""

    message: Message
    reason: str


@dataclass(frozen=True, slots=True)
class Advance:
    """Move a source's tracking from `old` (None: never tracked) to `new`."""

    source: str
    old: int | None
    new: int


class Unit(Protocol):
    """Reads and the write of one transaction."""

    def tracked(self, sources: Sequence[str]) -> dict[str, int]:
        """The next offset of each source that was ever tracked."""
        ...

    def known(self, wanted: Wanted) -> Known:
        """Index entries and heads."""
        ...

    def numbers(self, count: int) -> Iterator[int]:
        """Fresh interaction numbers."""
        ...

    def write(
        self, writes: Writes, parked: Sequence[Park], advances: Sequence[Advance]
    ) -> None:
        """Write everything.

        Raises:
            StoreConflictError: another writer was faster; nothing was written.
            StoreUnavailableError: not known whether it was written.
        """
        ...


class Store(Protocol):
    """Opens units of work."""

    def optimistic(self) -> AbstractContextManager[Unit]:
        """Reads see committed data; only `write` takes the store's lock."""
        ...

    def exclusive(self) -> AbstractContextManager[Unit]:
        """The store's lock is held from the first read on."""
        ...

    def rehearsal(self) -> AbstractContextManager[Unit]:
        """As `exclusive`, and nothing is kept."""
        ...


@dataclass(frozen=True, slots=True)
class _Decoded:
    message: Message
    item: Item


@dataclass(slots=True)
class Intake:
    """The use case; `process` may be called from one thread at a time."""

    store: Store
    rules: Rules

    def process(self, messages: Sequence[Message]) -> None:
        """Store or park every message, in order; nothing is lost or done twice.

        Raises:
            StoreUnavailableError: try the same messages again later.
            StoreConflictError: several times in a row; try again.
        """
        with self.store.optimistic() as unit:
            tracked = unit.tracked(sorted({m.source for m in messages}))
            try:
                return self._attempt(unit, messages, tracked, [])
            except StoreConflictError:
                log.info("intake_conflict", messages=len(messages))
            except DATA_ERRORS as error:
                log.warning("intake_data_error", error=type(error).__name__)
        return self._exclusively(messages)

    def _exclusively(self, messages: Sequence[Message]) -> None:
        """Under the lock; on bad data find the guilty message first."""
        parked: list[Park] = []
        patience = PATIENCE
        while True:
            try:
                return self._once_exclusively(messages, parked)
            except (*DATA_ERRORS, StoreConflictError) as error:
                guilty = self._guilty(_without(messages, parked))
                if guilty is not None:
                    parked.append(guilty)
                elif patience := patience - 1:
                    log.warning("intake_failed_without_guilt", error=repr(error))
                else:
                    raise StoreConflictError(str(error)) from error

    def _once_exclusively(
        self, messages: Sequence[Message], parked: Sequence[Park]
    ) -> None:
        with self.store.exclusive() as unit:
            tracked = unit.tracked(sorted({m.source for m in messages}))
            self._attempt(unit, messages, tracked, parked)

    def _attempt(
        self,
        unit: Unit,
        messages: Sequence[Message],
        tracked: dict[str, int],
        parked: Sequence[Park],
    ) -> None:
        fresh = [m for m in messages if m.offset >= tracked.get(m.source, 0)]
        if not fresh:
            return
        decoded, bad = _decode(_without(fresh, parked))
        writes = self._decide(unit, decoded)
        still = [p for p in parked if p.message in fresh]
        rejected = [_rejection(d) for d in decoded if not _is_touchpoint(d)]
        refused = [Park(decoded[n].message, why) for n, why in writes.refused.items()]
        unit.write(
            writes, [*bad, *still, *rejected, *refused], _advances(fresh, tracked)
        )

    def _decide(self, unit: Unit, decoded: Sequence[_Decoded]) -> Writes:
        items = [d.item for d in decoded]
        writes = decide(items, unit.known(wanted(items, self.rules)), self.rules)
        writes.number(unit.numbers(writes.openings()))
        return writes

    def _guilty(self, messages: Sequence[Message]) -> Park | None:
        """Bisect: the first message that cannot be taken even on its own prefix.

        None if all can: then what failed was none of them.
        """
        return _first_failing(messages, self._probe)

    def _probe(self, messages: Sequence[Message]) -> str | None:
        """Decide and write without keeping it; the reason if that fails."""
        decoded, _ = _decode(messages)
        try:
            with self.store.rehearsal() as unit:
                unit.write(self._decide(unit, decoded), [], [])
        except (*DATA_ERRORS, StoreConflictError) as error:
            return f"{type(error).__name__}: {error}"
        return None


DATA_ERRORS: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What bad data raises in rules and codecs; adapters translate theirs to these."""

PATIENCE: Final = 3
"""Failures of a batch under the lock that no message of it explains."""


def _first_failing(
    messages: Sequence[Message], probe: Callable[[Sequence[Message]], str | None]
) -> Park | None:
    good, bad = 0, len(messages)
    reason = probe(messages)
    if reason is None:
        return None
    while bad - good > 1:
        middle = (good + bad) // 2
        found = probe(messages[:middle])
        if found is None:
            good = middle
        else:
            bad, reason = middle, found
    return Park(messages[bad - 1], reason)


def _without(messages: Sequence[Message], parked: Sequence[Park]) -> Sequence[Message]:
    gone = {(p.message.source, p.message.offset) for p in parked}
    return [m for m in messages if (m.source, m.offset) not in gone]


def _decode(messages: Sequence[Message]) -> tuple[list[_Decoded], list[Park]]:
    decoded: list[_Decoded] = []
    bad: list[Park] = []
    for message in messages:
        try:
            item = codec.decode_wire(message.value)
        except codec.UndecodableError as error:
            bad.append(Park(message, str(error)))
        else:
            decoded.append(_Decoded(message, item))
    return decoded, bad


def _is_touchpoint(decoded: _Decoded) -> bool:
    return not hasattr(decoded.item, "rejection_id")


def _rejection(decoded: _Decoded) -> Park:
    reason = getattr(decoded.item, "reason", "rejected by its connector")
    return Park(decoded.message, reason)


def _advances(messages: Sequence[Message], tracked: dict[str, int]) -> list[Advance]:
    last = {m.source: m.offset + 1 for m in messages}
    return [Advance(s, tracked.get(s), new) for s, new in sorted(last.items())]
