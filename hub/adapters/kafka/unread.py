"""What lies in Kafka and was not taken in: how many messages, and since when."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

LOOK_SECONDS: Final = 5.0
"""How long the oldest unread messages may take to arrive."""
POLL_MS: Final = 200

Offsets = dict[TopicPartition, int]


@dataclass(frozen=True, slots=True)
class Unread:
    """Unread messages of a topic.

    `oldest` is when the first of them came; None if there are none, or if it could not
    be read in time. `foreign` says that more was read than this broker has.
    """

    count: int
    oldest: datetime | None = None
    foreign: bool = False


async def unread(
    bootstrap: str, topics: Sequence[str], tracked: Mapping[tuple[str, int], int]
) -> dict[str, Unread]:
    """What waits in each topic.

    `tracked` holds the next offset of each topic and partition that was ever read.

    Raises:
        aiokafka.errors.KafkaError: the broker does not answer.
    """
    # Of topics that it does not subscribe to, the client knows no partitions.
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, enable_auto_commit=False
    )
    try:
        await consumer.start()
        partitions = [
            TopicPartition(topic, number)
            for topic in topics
            for number in consumer.partitions_for_topic(topic) or ()
        ]
        starts = await _starts(consumer, partitions, tracked)
        ends: Offsets = await consumer.end_offsets(partitions)
        lagging = {tp: starts[tp] for tp in partitions if starts[tp] < ends[tp]}
        oldest = await _oldest(consumer, lagging)
    finally:
        await consumer.stop()
    return {topic: _of_topic(topic, starts, ends, oldest) for topic in topics}


async def _starts(
    consumer: AIOKafkaConsumer,
    partitions: Sequence[TopicPartition],
    tracked: Mapping[tuple[str, int], int],
) -> Offsets:
    """Where intake goes on: never before the log's start, which moves."""
    first: Offsets = await consumer.beginning_offsets(partitions)
    return {tp: max(tracked.get(tuple(tp), 0), first[tp]) for tp in partitions}


async def _oldest(
    consumer: AIOKafkaConsumer, lagging: Offsets
) -> dict[TopicPartition, datetime]:
    """When the first unread message of each partition came, as far as they arrive."""
    found: dict[TopicPartition, datetime] = {}
    if not lagging:
        return found
    consumer.unsubscribe()
    consumer.assign(list(lagging))
    for tp, offset in lagging.items():
        consumer.seek(tp, offset)
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            while len(found) < len(lagging):
                for tp, records in (await consumer.getmany(timeout_ms=POLL_MS)).items():
                    # A partition that has answered leaves the room to the others.
                    consumer.pause(tp)
                    found.setdefault(tp, _moment(records[0]))
    return found


def _moment(record: ConsumerRecord) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def _of_topic(
    topic: str, starts: Offsets, ends: Offsets, oldest: dict[TopicPartition, datetime]
) -> Unread:
    behind = {tp: end - starts[tp] for tp, end in ends.items() if tp.topic == topic}
    lagging = [tp for tp, count in behind.items() if count > 0]
    # One whose age is not known makes the age of all unknown, not smaller.
    known = all(tp in oldest for tp in lagging)
    return Unread(
        sum(behind[tp] for tp in lagging),
        min((oldest[tp] for tp in lagging), default=None) if known else None,
        foreign=any(count < 0 for count in behind.values()),
    )
