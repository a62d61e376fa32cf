"""How many touchpoints wait in Kafka for intake, and for how long."""

from typing import Any, Final

import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from sqlalchemy.ext.asyncio import AsyncConnection

from events.catalog import touchpoints_topic
from hub.bootstrap.parts import CHANNELS, cluster_of
from hub.cli.hop import Hop
from hub.runtime.clock import SystemClock

__all__ = ["intake_hops"]

TRACKED: Final = (
    "SELECT application_name, notification_id FROM touchline_store.tracking"
)
PEEK_MS: Final = 500

Offsets = dict[TopicPartition, int]


async def intake_hops(
    connection: AsyncConnection, kafka: str | None, notes: list[str]
) -> list[Hop]:
    """One hop per touchpoint topic; `notes` says why if there is none."""
    if not kafka:
        notes.append("no broker is set, so what waits for intake is not known")
        return []
    rows = await connection.execute(sa.text(TRACKED))
    tracked: dict[str, int] = {name: offset for name, offset in rows}  # noqa: C416
    try:
        return await _ask(kafka, tracked)
    except (KafkaError, OSError) as error:
        notes.append(f"the broker does not answer ({type(error).__name__})")
        return []


async def _ask(kafka: str, tracked: dict[str, int]) -> list[Hop]:
    cluster = await cluster_of(kafka)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    async with consumer:
        return [
            await _hop(consumer, touchpoints_topic(channel), cluster, tracked)
            for channel in CHANNELS
        ]


async def _hop(
    consumer: AIOKafkaConsumer, topic: str, cluster: str, tracked: dict[str, int]
) -> Hop:
    shares = [TopicPartition(topic, n) for n in await _numbers(consumer, topic)]
    ends: Offsets = await consumer.end_offsets(shares)
    begins: Offsets = await consumer.beginning_offsets(shares)
    behind: Offsets = {}
    for share in shares:
        name = f"{cluster}/{topic}[{share.partition}]"
        done = max(tracked.get(name, 0), begins[share])
        if ends[share] > done:
            behind[share] = done
    waiting = sum(ends[share] - done for share, done in behind.items())
    return Hop(f"intake {topic}", waiting, await _age(consumer, behind))


async def _numbers(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    # A consumer learns about a topic when it is assigned some of it.
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.topics()
    return sorted(consumer.partitions_for_topic(topic) or ())


async def _age(consumer: AIOKafkaConsumer, behind: Offsets) -> float | None:
    """The age of the oldest message that waits (seconds)."""
    if not behind:
        return None
    consumer.assign(list(behind))
    for share, offset in behind.items():
        consumer.seek(share, offset)
    found: dict[Any, Any] = await consumer.getmany(
        timeout_ms=PEEK_MS, max_records=len(behind)
    )
    times: list[int] = [one.timestamp for many in found.values() for one in many]
    if not times:
        return None
    return max(0.0, SystemClock().now().timestamp() - min(times) / 1000)
