"""Create the topics of an installation."""

from collections.abc import Sequence
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from events.catalog import EVENTS_TOPIC, outbound_topic, touchpoints_topic

MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
_HOUR_MS: Final = 3_600_000


def wanted_topics(
    channels: Sequence[str], partitions: int, touchpoint_hours: int
) -> list[NewTopic]:
    """Topics with their partitions; the touchpoint topics keep for hours (h)."""
    size = {"max.message.bytes": str(MAX_MESSAGE_BYTES + 64 * 1024)}
    short = {**size, "retention.ms": str(touchpoint_hours * _HOUR_MS)}
    names = [(touchpoints_topic(c), short) for c in channels]
    names += [(outbound_topic(c), size) for c in channels]
    names.append((EVENTS_TOPIC, {**size, "cleanup.policy": "delete"}))
    return [NewTopic(n, partitions, 1, topic_configs=config) for n, config in names]


async def create_topics(bootstrap: str, topics: Sequence[NewTopic]) -> list[str]:
    """Create what is missing; answer the names that were created."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [t for t in topics if t.name not in existing]
        if missing:
            await _create(admin, missing)
        return [t.name for t in missing]
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[NewTopic]) -> None:
    try:
        await admin.create_topics(topics)
    except TopicAlreadyExistsError:
        # Another process starts at the same time: that is what we wanted.
        return
