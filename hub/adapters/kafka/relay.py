"""The relay: tails the store and sends its events to Kafka in order.

Its position is saved after the acknowledgements, so a restart repeats and never skips.
Two relays for a moment are harmless: consumers drop what they know by position.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.multirange import Multirange

from events import wire
from events.catalog import EVENTS, EVENTS_TOPIC, outbound_topic
from events.envelope import Stored
from events.interaction import ReplySent
from events.slices import partition_of
from hub.adapters.kafka.again import due
from hub.adapters.kafka.bulk import Bulk, Headers
from hub.adapters.kafka.publisher import start_producer
from hub.adapters.postgres.reader import (
    chained,
    last_positions,
    tail,
    unclaimed_replies,
)
from hub.adapters.postgres.recorder import CHANNEL
from hub.runtime.clock import Clock

log = structlog.get_logger("touchline.relay")

NAME: Final = "events"
BATCH: Final = 2000
IDLE_SECONDS: Final = 0.1
"""Longest pause without a NOTIFY; the notification is a hint only."""
ACK_SECONDS: Final = 30.0
BACK_OFF_SECONDS: Final = 1.0
_REPLY: Final = EVENTS[ReplySent].type_name
TRANSIENT: Final = (psycopg.OperationalError, KafkaError, OSError, TimeoutError)

_LOAD: Final = """
INSERT INTO touchline_store.relay_position VALUES (%s, 0, %s)
ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name RETURNING position
"""
_SAVE: Final = """
UPDATE touchline_store.relay_position SET position = %s, saved_at = %s
WHERE name = %s AND position < %s
"""


class Relay:
    """One relay; `run` reconnects by itself when the database or broker goes away."""

    def __init__(
        self,
        dsn: str,
        bootstrap: str,
        clock: Clock,
        *,
        partitions: int,
        idempotent: bool,
    ) -> None:
        self._dsn = dsn
        self._bootstrap = bootstrap
        self._clock = clock
        self._partitions = partitions
        self._idempotent = idempotent

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except TRANSIENT as error:
                log.warning("relay_waits", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), BACK_OFF_SECONDS)

    async def _session(self, stop: asyncio.Event) -> None:
        producer = await start_producer(self._bootstrap, idempotent=self._idempotent)
        try:
            async with await AsyncConnection.connect(
                self._dsn, autocommit=True
            ) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                # A position that is lost in a crash is a repetition, no more.
                await connection.execute("SET synchronous_commit = off")
                await self._follow(stop, connection, producer)
        finally:
            await producer.stop()

    async def _follow(
        self,
        stop: asyncio.Event,
        connection: AsyncConnection[TupleRow],
        producer: AIOKafkaProducer,
    ) -> None:
        position = await self._load(connection)
        last = await last_positions(connection, position)
        while not stop.is_set():
            rows = await tail(connection, position, BATCH)
            if not rows:
                await _wait(connection)
                continue
            stored = chained(rows, last)
            await self._send(producer, stored)
            position = stored[-1].position
            await connection.execute(
                _SAVE, (position, self._clock.now(), NAME, position)
            )

    async def send_unclaimed(
        self, recorded: Multirange[datetime], stop: asyncio.Event
    ) -> int:
        """Send replies of some recording times that nobody claimed; answer how many."""
        async with await AsyncConnection.connect(
            self._dsn, autocommit=True
        ) as connection:
            page = await unclaimed_replies(connection, recorded, 0, BATCH)
            if not page:
                return 0
            count = 0
            producer = await start_producer(
                self._bootstrap, idempotent=self._idempotent
            )
            try:
                while page and not stop.is_set():
                    await self._send_outbound(producer, page)
                    count += len(page)
                    after = page[-1].position
                    page = await unclaimed_replies(connection, recorded, after, BATCH)
            finally:
                await producer.stop()
            return count

    async def _load(self, connection: AsyncConnection[Any]) -> int:
        cursor = await connection.execute(_LOAD, (NAME, self._clock.now()))
        row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def _send(self, producer: AIOKafkaProducer, batch: Sequence[Stored]) -> None:
        bulk = Bulk(producer)
        async with asyncio.timeout(ACK_SECONDS):
            for stored in batch:
                message = wire.headers(stored), wire.value(stored)
                await self._put(bulk, EVENTS_TOPIC, stored, message)
                if stored.type_name == _REPLY:
                    await self._put(bulk, _outbound(stored), stored, message)
            await bulk.acknowledged()

    async def _send_outbound(
        self, producer: AIOKafkaProducer, replies: Sequence[Stored]
    ) -> None:
        bulk = Bulk(producer)
        async with asyncio.timeout(ACK_SECONDS):
            for stored in replies:
                message = wire.headers(stored), wire.value(stored)
                await self._put(bulk, _outbound(stored), stored, message)
            await bulk.acknowledged()

    async def _put(
        self, bulk: Bulk, topic: str, stored: Stored, message: tuple[Headers, bytes]
    ) -> None:
        partition = partition_of(stored.slice, self._partitions)
        try:
            await bulk.add(topic, partition, *message)
        except MessageSizeTooLargeError:
            # To consumers it is a gap, and they read it from the store.
            log.exception("too_large_for_kafka", topic=topic, position=stored.position)


def _outbound(stored: Stored) -> str:
    event: ReplySent = wire.decode(stored).event  # type: ignore[assignment]
    return outbound_topic(event.channel)


async def republish(
    relay: Relay, clock: Clock, stop: asyncio.Event, *, unclaimed_seconds: float
) -> None:
    """Send outbound messages again that no connector claimed in time."""
    first, since = timedelta(seconds=unclaimed_seconds), None
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), unclaimed_seconds)
            return
        now = clock.now()
        try:
            count = await relay.send_unclaimed(due(first, since, now), stop)
        except TRANSIENT as error:
            log.warning("republish_waits", error=type(error).__name__)
            continue
        since = now
        if count:
            log.warning("outbound_published_again", messages=count)


async def _wait(connection: AsyncConnection[Any]) -> None:
    """Until something was stored, or the idle pause is over."""
    async for _ in connection.notifies(timeout=IDLE_SECONDS, stop_after=1):
        return
