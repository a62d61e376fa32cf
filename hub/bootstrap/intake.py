"""The intake role: touchpoints from Kafka into the store."""

import asyncio
from contextlib import closing

from events.catalog import touchpoints_topic
from hub.adapters.kafka.intake_consumer import IntakeConsumer
from hub.adapters.postgres.intake_store import PostgresIntakeStore
from hub.adapters.postgres.recorder import open_recorder
from hub.application.intake import Intake
from hub.bootstrap.configured import configured_of
from hub.bootstrap.deciding import rules_of
from hub.bootstrap.parts import CHANNELS, cluster_of, database_of, kafka_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings


async def run_intake(settings: Settings, stop: asyncio.Event) -> None:
    """Touchpoints from Kafka into the store."""
    bootstrap = kafka_of(settings)
    recorder = open_recorder(database_of(settings))
    with closing(recorder.datastore), configured_of(settings, recorder) as configured:
        store = PostgresIntakeStore(recorder, SystemClock())
        consumer = IntakeConsumer(
            bootstrap,
            await cluster_of(bootstrap),
            [touchpoints_topic(channel) for channel in CHANNELS],
            Intake(store, rules_of(settings, configured, recorder.datastore)),
            batch=settings.intake.batch,
        )
        await consumer.run(stop)
