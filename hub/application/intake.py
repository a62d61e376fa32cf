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


@dataclass(frozen=True, slots=True)
class _Batch:
    """Messages, decoded once, however often they are tried; `bad` cannot be."""

    messages: Sequence[Message]
    decoded: Sequence[_Decoded]
    bad: Sequence[Park]

    @property
    def sources(self) -> list[str]:
        """What is tracked of it."""
        return sorted({m.source for m in self.messages})


@dataclass(slots=True)
class Intake:
    """The use case; `process` may be called from one thread at a time."""

    store: Store
    rules: Rules
    _wary: int = 0

    def process(self, messages: Sequence[Message]) -> None:
        """Store or park every message, in order; nothing is lost or done twice.

        Raises:
            StoreUnavailableError: try the same messages again later.
            StoreConflictError: several times in a row; try again.
        """
        batch = _batch(messages)
        if self._wary:
            self._wary -= 1
        elif self._optimistically(batch):
            return
        self._exclusively(batch)

    def _optimistically(self, batch: _Batch) -> bool:
        """Whether it went well; a conflict makes the next batches wary."""
        with self.store.optimistic() as unit:
            try:
                self._attempt(unit, batch, [])
            except StoreConflictError:
                log.info("intake_conflict", messages=len(batch.messages))
                self._wary = WARY_BATCHES
            except DATA_ERRORS as error:
                log.warning("intake_data_error", error=type(error).__name__)
            else:
                return True
        return False

    def _exclusively(self, batch: _Batch) -> None:
        """Under the lock; on bad data find the guilty message first."""
        parked: list[Park] = []
        patience = PATIENCE
        while True:
            try:
                with self.store.exclusive() as unit:
                    return self._attempt(unit, batch, parked)
            except (*DATA_ERRORS, StoreConflictError) as error:
                guilty = self._guilty(_without(batch.messages, parked))
                if guilty is not None:
                    parked.append(guilty)
                elif patience := patience - 1:
                    log.warning("intake_failed_without_guilt", error=repr(error))
                else:
                    raise StoreConflictError(str(error)) from error

    def _attempt(self, unit: Unit, batch: _Batch, parked: Sequence[Park]) -> None:
        tracked = unit.tracked(batch.sources)

        def is_fresh(message: Message) -> bool:
            return message.offset >= tracked.get(message.source, 0)

        fresh = [m for m in batch.messages if is_fresh(m)]
        if not fresh:
            return
        kept = _places(_without(fresh, parked))
        decoded = [d for d in batch.decoded if _place(d.message) in kept]
        writes = self._decide(unit, decoded)
        unit.write(
            writes,
            [
                *(p for p in batch.bad if _place(p.message) in kept),
                *(p for p in parked if is_fresh(p.message)),
                *(_rejection(d) for d in decoded if not _is_touchpoint(d)),
                *(Park(decoded[n].message, why) for n, why in writes.refused.items()),
            ],
            _advances(fresh, tracked),
        )

    def _decide(self, unit: Unit, decoded: Sequence[_Decoded]) -> Writes:
        items = [d.item for d in decoded]
        rules = self.rules.for_batch()
        known = unit.known(wanted(items, rules))
        known.keys = rules.sealer.ring([*known.customers, *known.interactions])
        writes = decide(items, known, rules)
        writes.number(unit.numbers(writes.openings()))
        return writes

    def _guilty(self, messages: Sequence[Message]) -> Park | None:
        """Bisect: the first message that cannot be taken even on its own prefix.

        None if all can: then what failed was none of them.
        """
        return _first_failing(messages, self._probe)

    def _probe(self, messages: Sequence[Message]) -> str | None:
        """Decide and write without keeping it; the reason if that fails."""
        try:
            with self.store.rehearsal() as unit:
                unit.write(self._decide(unit, _batch(messages).decoded), [], [])
        except (*DATA_ERRORS, StoreConflictError) as error:
            return f"{type(error).__name__}: {error}"
        return None


DATA_ERRORS: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What bad data raises in rules and codecs; adapters translate theirs to these."""

WARY_BATCHES: Final = 10
"""After a conflict so many batches take the lock first: the next ones are likely."""

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


def _place(message: Message) -> tuple[str, int, int]:
    return message.topic, message.partition, message.offset


def _places(messages: Sequence[Message]) -> set[tuple[str, int, int]]:
    return {_place(message) for message in messages}


def _without(messages: Sequence[Message], parked: Sequence[Park]) -> Sequence[Message]:
    gone = _places([p.message for p in parked])
    return [m for m in messages if _place(m) not in gone] if gone else messages


def _batch(messages: Sequence[Message]) -> _Batch:
    decoded: list[_Decoded] = []
    bad: list[Park] = []
    for message in messages:
        try:
            item = codec.decode_wire(message.value)
        except codec.UndecodableError as error:
            bad.append(Park(message, str(error)))
        else:
            decoded.append(_Decoded(message, item))
    return _Batch(messages, decoded, bad)


def _is_touchpoint(decoded: _Decoded) -> bool:
    return not hasattr(decoded.item, "rejection_id")


def _rejection(decoded: _Decoded) -> Park:
    reason = getattr(decoded.item, "reason", "rejected by its connector")
    return Park(decoded.message, reason)


def _advances(messages: Sequence[Message], tracked: dict[str, int]) -> list[Advance]:
    last = {m.source: m.offset + 1 for m in messages}
    return [Advance(s, tracked.get(s), new) for s, new in sorted(last.items())]
