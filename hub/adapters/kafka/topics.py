"""Create the topics of an installation."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from events.catalog import EVENTS_TOPIC, outbound_topic, touchpoints_topic

MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
MAX_TOPIC_BYTES: Final = MAX_MESSAGE_BYTES + 64 * 1024
"""What topics take: a message with its headers."""
BROKERS_CHOICE: Final = -1
"""Replication factor that leaves the number to the broker (KIP-464)."""
_SIZE: Final = {"max.message.bytes": str(MAX_TOPIC_BYTES)}
_HOUR_MS: Final = 3_600_000


class TopicsError(Exception):
    """The broker refused to create topics; the text has its reason for each."""


def wanted_topics(
    channels: Sequence[str], partitions: int, replication: int, touchpoint_hours: int
) -> list[NewTopic]:
    """Topics with their partitions; the touchpoint topics keep for hours (h)."""
    short = {"retention.ms": str(touchpoint_hours * _HOUR_MS)}
    configs: dict[str, dict[str, str]] = {
        **{touchpoints_topic(channel): short for channel in channels},
        **{outbound_topic(channel): {} for channel in channels},
        EVENTS_TOPIC: {"cleanup.policy": "delete"},
    }
    return [
        topic(name, partitions, replication, config) for name, config in configs.items()
    ]


def topic(
    name: str, partitions: int, replication: int, config: dict[str, str] | None = None
) -> NewTopic:
    """A topic that takes the largest of our messages."""
    # Without the empty assignment the client refuses the broker's choice.
    assignment: dict[int, list[int]] | None = (
        {} if replication == BROKERS_CHOICE else None
    )
    settings = {**_SIZE, **(config or {})}
    return NewTopic(name, partitions, replication, assignment, settings)


async def create_topics(bootstrap: str, topics: Sequence[NewTopic]) -> list[str]:
    """Create what is missing; answer the names that were created.

    Raises:
        TopicsError: some could not be created.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [t for t in topics if t.name not in existing]
        return _created(await admin.create_topics(missing)) if missing else []
    finally:
        await admin.close()


def _created(response: Any) -> list[str]:
    """The names that were created; the client never raises what the broker answers."""
    answers = {name: (code, *text) for name, code, *text in response.topic_errors}
    refused = [*_refused(answers)]
    if refused:
        raise TopicsError("\n".join(refused))
    return [name for name, (code, *_) in answers.items() if code == NoError.errno]


def _refused(answers: dict[str, tuple[Any, ...]]) -> Iterator[str]:
    # That another process created it at the same time is what we wanted.
    fine = {NoError.errno, TopicAlreadyExistsError.errno}
    for name, (code, *text) in answers.items():
        if code not in fine:
            reason = next(filter(None, text), for_code(code).description)
            yield f"The broker did not create {name}: {reason}"
