"""The relay role: events from the store to Kafka."""

import asyncio

from hub.adapters.kafka.relay import Relay, republish
from hub.bootstrap.parts import database_of, kafka_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings


async def run_relay(settings: Settings, stop: asyncio.Event) -> None:
    """Events from the store to Kafka; unclaimed outbound messages again."""
    clock = SystemClock()
    relay = Relay(
        database_of(settings),
        kafka_of(settings),
        clock,
        partitions=settings.partitions,
        idempotent=not settings.embedded,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run(stop))
        group.create_task(
            republish(
                relay,
                clock,
                stop,
                unclaimed_seconds=settings.outbound.unclaimed_seconds,
            )
        )
