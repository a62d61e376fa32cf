"""The SDK's publisher: touchpoints onto their channel's topic."""

import asyncio
from typing import Final
from zlib import crc32

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from connectors.sdk.errors import PublishError, TooLargeError
from events import codec
from events.catalog import INTAKE, touchpoints_topic
from events.touchpoint import Touchpoint, TouchpointRejected
from hub.adapters.kafka.topics import MAX_MESSAGE_BYTES

ACK_SECONDS: Final = 15.0


def order_key(item: Touchpoint | TouchpointRejected) -> bytes:
    """What keeps order: the root call, the outbound id, else the sender."""
    if isinstance(item, TouchpointRejected):
        return item.rejection_id.bytes
    if item.signal is not None:
        return item.signal.subject.bytes
    if item.sender is not None:
        return str(item.sender).encode()
    return item.touchpoint_id.bytes


async def start_producer(bootstrap: str, *, idempotent: bool) -> AIOKafkaProducer:
    """A started producer with settings for small messages in bulk."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=idempotent,
        acks="all",
        linger_ms=5,
        max_batch_size=256 * 1024,
        max_request_size=MAX_MESSAGE_BYTES + 32 * 1024,
    )
    try:
        await producer.start()
    except BaseException:
        # A producer that could not start still holds connections.
        await producer.stop()
        raise
    return producer


class KafkaPublisher:
    """Publishes to `touchline.touchpoints.<channel>`; keys stay empty."""

    def __init__(self, producer: AIOKafkaProducer, partitions: int) -> None:
        self._producer = producer
        self._partitions = partitions

    async def publish(self, item: Touchpoint | TouchpointRejected) -> None:
        """Return when Kafka has acknowledged it.

        Raises:
            PublishError: not acknowledged within 15 s.
            TooLargeError: it exceeds 4 MiB.
            UnencodableError: it does not fit its schema.
        """
        await self._send(
            touchpoints_topic(item.channel),
            crc32(order_key(item)) % self._partitions,
            codec.encode_wire(item),
            [("ce_type", INTAKE[type(item)].type_name.encode())],
        )

    async def send_again(self, topic: str, partition: int, value: bytes) -> None:
        """Put a parked message at the end of its partition, byte for byte.

        Raises:
            PublishError: not acknowledged within 15 s.
        """
        await self._send(topic, partition, value, [])

    async def _send(
        self, topic: str, partition: int, value: bytes, headers: list[tuple[str, bytes]]
    ) -> None:
        try:
            async with asyncio.timeout(ACK_SECONDS):
                acknowledged = await self._producer.send(
                    topic, value, partition=partition, headers=headers
                )
                await acknowledged
        except MessageSizeTooLargeError as error:
            reason = "it is larger than the 4 MiB that a message may have"
            raise TooLargeError(reason) from error
        except (TimeoutError, KafkaError) as error:
            reason = f"Kafka did not take it: {type(error).__name__}"
            raise PublishError(reason) from error
