"""Many messages for few partitions, at half the producer's price for each."""

import asyncio
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

LARGE: Final = 128 * 1024
"""Bytes of a value from which on a message goes alone, its size checked."""

Headers = list[tuple[str, bytes]]


class Bulk:
    """Collects messages into batches; their order within a partition stays."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._open: dict[tuple[str, int], BatchBuilder] = {}
        self._sent: list[asyncio.Future[Any]] = []

    async def add(
        self, topic: str, partition: int, headers: Headers, value: bytes
    ) -> None:
        """Take a message; it may leave at once or later.

        Raises:
            aiokafka.errors.MessageSizeTooLargeError: no broker would take it.
        """
        place = topic, partition
        if len(value) > LARGE:
            await self._submit(place)
            self._sent.append(
                await self._producer.send(
                    topic, value, partition=partition, headers=headers
                )
            )
        elif not self._appended(place, headers, value):
            await self._submit(place)
            self._appended(place, headers, value)

    async def acknowledged(self) -> None:
        """Send what is left; return when Kafka has everything.

        Raises:
            aiokafka.errors.KafkaError: some of it is not there.
        """
        for place in list(self._open):
            await self._submit(place)
        sent, self._sent = self._sent, []
        await asyncio.gather(*sent)

    def _appended(self, place: tuple[str, int], headers: Headers, value: bytes) -> bool:
        if place not in self._open:
            self._open[place] = self._producer.create_batch()
        batch = self._open[place]
        added = batch.append(key=None, value=value, timestamp=None, headers=headers)
        return added is not None

    async def _submit(self, place: tuple[str, int]) -> None:
        batch = self._open.pop(place, None)
        if batch is not None:
            topic, partition = place
            self._sent.append(
                await self._producer.send_batch(batch, topic, partition=partition)
            )
