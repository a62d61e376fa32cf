"""Faust's aiokafka transport, with one message per fetched batch and partition.

A partition is not polled while its agent is busy (`BUFFER`), so that what arrives in
the meantime becomes one batch, as large as the agent is slow, and memory stays bounded.

Faust's machinery per event costs about 100 µs; here it runs once per batch. A batch
message carries the raw records as its value and the last record's offset as its own;
the offsets before it are declared as a gap, so that commits move past them exactly when
the batch is acknowledged. Written against faust-streaming 0.15.3, which is pinned.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final, cast

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, TransportT
from mode.threads import WorkerThread
from typing_extensions import override

BUFFER: Final = 1
"""Batches that may wait for an agent (Faust's `stream_buffer_maxsize`)."""

LOOK_SECONDS: Final = 0.02
"""How long a poll may last while an agent is busy: its partition is not part of it."""

FETCH_MS: Final = 40
"""How long the broker may wait for new records; a consumed partition waits as long."""


class DaemonWorker(WorkerThread):
    """A thread that does not keep its process alive when its loop is gone."""

    def __init__(self, service: Any, **kwargs: Any) -> None:
        super().__init__(service, **kwargs)
        self.daemon = True


class PromptThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread; its fetches do not wait for 1.5 seconds."""

    Worker = DaemonWorker

    @override
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_MS  # noqa: SLF001
        return consumer

    @override
    async def _fetch_records(
        self,
        consumer: Any,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Any:
        """Fetch what is there now: nothing is fetched while agents are busy.

        Such a fetch would bring what had come by then, and the rest one round later.
        """
        held = consumer.assignment()
        # Faust's partitions are equal to the library's, and of another type.
        consumer.resume(*(tp for tp in held if tp in active_partitions))
        try:
            return await super()._fetch_records(
                consumer, active_partitions, timeout, max_records
            )
        finally:
            consumer.pause(*consumer.assignment())


class BatchConsumer(driver.Consumer):
    """Yields what one poll brought for a partition as one message."""

    @override
    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return PromptThread(self, loop=self.loop, beacon=self.beacon)

    @override
    async def _wait_next_records(self, timeout: float) -> Any:
        if self.flow_active and not self._get_active_partitions():
            # Faust would look again after a second: by then the agents are idle.
            await asyncio.sleep(LOOK_SECONDS)
            return {}, set()
        if self._buffered_partitions:
            timeout = min(timeout, LOOK_SECONDS)
        return await super()._wait_next_records(timeout)

    @override
    async def getmany(self, timeout: float) -> AsyncIterator[Any]:
        """Fetch once; keep Faust's own checks of flow, generation and assignment."""
        records, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if self.should_stop:
            return
        if not self.flow_active:
            await self.perform_seek()
            return
        for tp, batch in (records or {}).items():
            if not self._same(generation):
                return
            if batch and (active is None or tp in active):
                self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
                await self._announce(tp, batch)
                yield tp, self._batch_message(tp, batch)

    def _same(self, generation: int) -> bool:
        """Whether records fetched in a generation may still be delivered."""
        return self.flow_active and self.app.consumer_generation_id == generation

    async def _announce(self, tp: TP, batch: list[Any]) -> None:
        first, last = batch[0].offset, batch[-1].offset
        read = self._read_offset[tp]
        if read is not None:
            # What retention removed before it is a gap too, or commits would stop.
            first = min(first, read + 1)
        if last > first:
            await self._add_gap(tp, first, last - 1)
            self._read_offset[tp] = last - 1

    def _batch_message(self, tp: TP, batch: list[Any]) -> ConsumerMessage:
        message = self._to_message(tp, batch[-1])
        # Faust's channels pass a raw value through as it is.
        message.value = cast(Any, batch)
        return message


class BatchTransport(driver.Transport):
    """The aiokafka transport with `BatchConsumer`."""

    Consumer = BatchConsumer


class BatchApp(faust.App):
    """A Faust app whose consumer delivers batches."""

    @override
    def _new_transport(self) -> TransportT:
        return BatchTransport(self.conf.broker_consumer, self)
