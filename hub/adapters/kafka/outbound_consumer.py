"""Claim outbound messages: from the channel's topic into the ledger, nothing more."""

import asyncio
from contextlib import suppress
from typing import Final

import psycopg
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from psycopg_pool import PoolTimeout

from events import codec, wire
from events.catalog import outbound_topic
from events.interaction import ReplySent
from hub.adapters.postgres.ledger import Claim, Ledger
from hub.runtime.clock import Clock

log = structlog.get_logger("touchline.outbound")

POLL_MS: Final = 500
BACK_OFF_SECONDS: Final = 1.0
TRANSIENT: Final = (psycopg.OperationalError, PoolTimeout, KafkaError, OSError)


class OutboundConsumer:
    """Consumes for one connector; offsets are committed after the claim."""

    def __init__(
        self,
        bootstrap: str,
        connector: tuple[str, str],
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self._bootstrap = bootstrap
        self._name, self._channel = connector
        self._ledger = ledger
        self._clock = clock

    async def run(self, stop: asyncio.Event, claimed: asyncio.Event) -> None:
        """Claim until `stop` is set; set `claimed` whenever there is work."""
        while not stop.is_set():
            try:
                await self._session(stop, claimed)
            except TRANSIENT as error:
                log.warning("outbound_waits", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), BACK_OFF_SECONDS)

    async def _session(self, stop: asyncio.Event, claimed: asyncio.Event) -> None:
        consumer = AIOKafkaConsumer(
            outbound_topic(self._channel),
            bootstrap_servers=self._bootstrap,
            group_id=f"touchline-outbound-{self._name}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
        )
        try:
            await consumer.start()
            while not stop.is_set():
                batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=500)
                records = [record for batch in batches.values() for record in batch]
                claims = [claim for r in records if (claim := self._claim(r))]
                if claims:
                    await self._ledger.claim(claims, self._clock.now())
                    claimed.set()
                if batches:
                    await consumer.commit()
        finally:
            await consumer.stop()

    def _claim(self, record: ConsumerRecord) -> Claim | None:
        try:
            recorded = wire.decode(wire.stored_from(record.headers, record.value))
        except codec.UndecodableError:
            # The relay publishes it again while the ledger does not know it.
            log.exception("outbound_undecodable", offset=record.offset)
            return None
        event = recorded.event
        if not isinstance(event, ReplySent) or event.connector not in {"", self._name}:
            return None
        return Claim(
            outbound_id=event.touchpoint_id,
            event_id=recorded.event_id,
            channel=event.channel,
            message=record.value[5:],
        )
