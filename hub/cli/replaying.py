"""Sends events on again, each marked as a replay, to where they can do nothing."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

import sqlalchemy as sa
from aiokafka.errors import MessageSizeTooLargeError

from events import wire
from events.envelope import Stored
from events.sealing import Unsealer
from events.slices import partition_of
from hub.adapters.kafka.bulk import Bulk
from hub.adapters.kafka.publisher import start_producer
from hub.adapters.kafka.topics import MAX_TOPIC_BYTES, create_topics, topic
from hub.bootstrap.services import Services
from hub.cli import reading
from hub.cli.event_lines import document, line, type_names
from hub.cli.output import Exit, Fault, emit, note, progress, write_json_line
from hub.cli.running import settings_in_force
from projections.interaction_view import VIEW

__all__ = ["Target", "Wanted", "replay", "say", "target_of"]

OURS: Final = "touchline."
TRUE: Final = b"true"


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range: a position, or a moment of recording."""

    position: int | None = None
    moment: datetime | None = None

    @classmethod
    def of(cls, text: str, option: str) -> "Bound":
        """A bound as it was typed.

        Raises:
            Fault: it is neither a position nor a time.
        """
        if not text:
            return cls()
        if text.isdecimal():
            return cls(position=int(text))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Fault(
                f"{option} {text} is neither a position nor a time.",
                hint="Write 1200, 2026-03-02 or 2026-03-02T09:00:00+01:00.",
                code=Exit.USAGE,
            ) from None
        return cls(moment=moment if moment.tzinfo else moment.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are read again."""

    start: Bound
    end: Bound
    customer: str
    types: list[str]

    @classmethod
    def of(cls, start: str, end: str, customer: str, kinds: list[str]) -> "Wanted":
        """What was asked for on the command line.

        Raises:
            Fault: a bound or a type makes no sense.
        """
        first, last = Bound.of(start, "--from"), Bound.of(end, "--to")
        return cls(first, last, customer, type_names(kinds))

    def covers(self, stored: Stored) -> bool:
        """Whether the time of recording is in the range; the store knows positions."""
        first, last = self.start.moment, self.end.moment
        return (first is None or first <= stored.recorded_at) and (
            last is None or stored.recorded_at <= last
        )


class Target(Protocol):
    """Where replayed events go."""

    name: str

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Ready to take events inside the block; all of them are there after it."""
        ...

    async def take(self, stored: Stored, unsealer: Unsealer) -> None:
        """Take one event."""
        ...


class Terminal:
    """Prints events."""

    def __init__(self, *, personal: bool, json: bool) -> None:
        self.name = ""
        self._personal, self._json = personal, json

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Nothing to do."""
        yield

    async def take(self, stored: Stored, unsealer: Unsealer) -> None:
        """Print one event."""
        opening = unsealer if self._personal else None
        if self._json:
            write_json_line(document(stored, opening, replay=True))
        else:
            print(f"replay {line(stored, opening)}")


class File:
    """Writes events to a file, one JSON object a line."""

    def __init__(self, path: Path, *, personal: bool) -> None:
        self.name = str(path)
        self._path, self._personal = path, personal

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Write to a file beside it and put it in place when it is whole."""
        draft = self._path.with_name(f".{self._path.name}.part")
        with draft.open("w", encoding="utf-8") as self._stream:
            yield
        draft.replace(self._path)

    async def take(self, stored: Stored, unsealer: Unsealer) -> None:
        """Write one event."""
        found = document(stored, unsealer if self._personal else None, replay=True)
        write_json_line(found, self._stream)


class Topic:
    """Sends events to a topic that is none of ours, as they are in the store."""

    def __init__(self, name: str) -> None:
        self.name = name

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Create the topic if it is missing; at the end Kafka has acknowledged all.

        Raises:
            Fault: no broker is set, or an event is too large for the topic.
            hub.adapters.kafka.topics.TopicsError: the topic cannot be created.
            aiokafka.errors.KafkaError: some of it is not there.
        """
        settings = settings_in_force()
        if not settings.kafka:
            raise Fault("No broker is set.", hint="Give TOUCHLINE_KAFKA.")
        wanted = topic(self.name, settings.partitions, settings.kafka_replication)
        await create_topics(settings.kafka, [wanted])
        producer = await start_producer(settings.kafka, idempotent=False)
        try:
            self._partitions = len(await producer.partitions_for(self.name))
            self._bulk = Bulk(producer)
            yield
            await self._bulk.acknowledged()
        except MessageSizeTooLargeError as error:
            raise self._too_small() from error
        finally:
            await producer.stop()

    async def take(self, stored: Stored, unsealer: Unsealer) -> None:  # noqa: ARG002
        """Send one event, sealed as it is; `opened` waits for the acknowledgement."""
        headers = [*wire.headers(stored), (wire.REPLAY, TRUE)]
        partition = partition_of(stored.slice, self._partitions)
        await self._bulk.add(self.name, partition, headers, wire.value(stored))

    def _too_small(self) -> Fault:
        return Fault(
            f"An event is larger than {self.name} takes.",
            hint=f"Raise the topic's max.message.bytes to {MAX_TOPIC_BYTES}, "
            "or write a file with --ndjson.",
        )


def target_of(name: str, ndjson: Path | None, *, personal: bool, json: bool) -> Target:
    """Where the command line says that events go.

    Raises:
        Fault: two places at once, or a topic of ours.
    """
    if name and ndjson:
        raise Fault("Choose one of --to-topic and --ndjson.", code=Exit.USAGE)
    if name.startswith(OURS):
        raise Fault(
            f"{name} is one of touchline's own topics: events there have effects.",
            hint="Choose a topic whose name does not begin with touchline.",
            code=Exit.USAGE,
        )
    if name:
        return Topic(name)
    if ndjson:
        return File(ndjson, personal=personal)
    return Terminal(personal=personal, json=json)


async def replay(services: Services, wanted: Wanted, target: Target) -> int:
    """Send all that is wanted; answers how many it were."""
    streams = await _streams(services, wanted.customer)
    count = 0
    async with target.opened():
        with progress("Replaying", None) as advance:
            async for stored in _chosen(services, wanted, streams):
                await target.take(stored, services.unsealer)
                count += 1
                advance(1)
    return count


async def _chosen(
    services: Services, wanted: Wanted, streams: list[UUID] | None
) -> AsyncIterator[Stored]:
    found = services.store.read(
        after=max(0, (wanted.start.position or 1) - 1),
        until=wanted.end.position,
        streams=streams,
        types=wanted.types or None,
    )
    async for stored in found:
        # Times may run back a little; only positions tell when it is over.
        if wanted.covers(stored):
            yield stored


async def _streams(services: Services, who: str) -> list[UUID] | None:
    """The streams of a person's customers and of their interactions; None for all."""
    if not who:
        return None
    card, *_ = await reading.customer(services, who, 1)
    customers = [card.customer_id, *(one.customer_id for one in card.members)]
    query = sa.select(VIEW.c.interaction_id).where(VIEW.c.customer_id.in_(customers))
    async with services.engine.connect() as connection:
        return [*customers, *(await connection.scalars(query))]


def say(count: int, target: Target, *, json: bool) -> None:
    """Tell how many events went where; events on the terminal speak for themselves."""
    if not target.name:
        note(f"{count} events.")
        return
    emit(
        {"events": count, "to": target.name},
        f"{count} events replayed to {target.name}.",
        json=json,
    )
