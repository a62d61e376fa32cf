"""Roles without a face: intake, relay, streams and workflows."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, Final

from events.catalog import touchpoints_topic
from events.sealing import PlainSealer
from hub.adapters.cel import CelCompiler
from hub.adapters.kafka.intake_consumer import IntakeConsumer
from hub.adapters.kafka.relay import Relay, republish
from hub.adapters.postgres.intake_store import PostgresIntakeStore
from hub.adapters.postgres.recorder import open_recorder
from hub.adapters.postgres.workflow_store import PostgresWorkflowStore
from hub.application.intake import Intake
from hub.application.workflows import WorkflowAgent
from hub.bootstrap.parts import (
    CHANNELS,
    cluster_of,
    database_of,
    engine_of,
    kafka_of,
    reader_of,
    rules_of,
)
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings
from hub.streams.app import batch_agent, create_app, run_app
from hub.streams.firing import FiringHandler
from hub.streams.healing import Healer
from hub.streams.projecting import Projecting
from hub.workflows.definition import load
from projections.catalog import LIVE
from projections.driver import Driver

STREAMS_GROUP: Final = "touchline-streams"
WORKFLOWS_GROUP: Final = "touchline-workflows"

Role = Callable[[Settings, asyncio.Event], Coroutine[Any, Any, None]]


async def run_intake(settings: Settings, stop: asyncio.Event) -> None:
    """Touchpoints from Kafka into the store."""
    bootstrap = kafka_of(settings)
    store = PostgresIntakeStore(open_recorder(database_of(settings)), SystemClock())
    consumer = IntakeConsumer(
        bootstrap,
        await cluster_of(bootstrap),
        [touchpoints_topic(channel) for channel in CHANNELS],
        Intake(store, rules_of(settings)),
    )
    await consumer.run(stop, batch=settings.intake.batch)


async def run_relay(settings: Settings, stop: asyncio.Event) -> None:
    """Events from the store to Kafka; unclaimed outbound messages again."""
    relay = Relay(
        database_of(settings),
        kafka_of(settings),
        SystemClock(),
        partitions=settings.partitions,
        idempotent=not settings.embedded,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run(stop))
        group.create_task(
            republish(
                relay, stop, unclaimed_seconds=settings.outbound.unclaimed_seconds
            )
        )


async def run_streams(settings: Settings, stop: asyncio.Event) -> None:
    """Events from Kafka into the read models."""
    async with AsyncExitStack() as stack:
        engine = engine_of(settings)
        stack.push_async_callback(engine.dispose)
        source = await stack.enter_async_context(reader_of(settings))
        driver = Driver(engine, LIVE, PlainSealer(), SystemClock())
        await driver.prepare()
        projecting = Projecting(
            driver,
            source,
            batch=settings.streams.batch,
            hold_seconds=settings.streams.hold_seconds,
        )
        healer = projecting.healer = Healer(projecting)
        app = create_app(
            STREAMS_GROUP, kafka_of(settings), settings.data_dir / "streams"
        )
        batch_agent(app, projecting.handle)
        async with asyncio.TaskGroup() as group:
            group.create_task(healer.run(stop))
            group.create_task(run_app(app, stop))


async def run_workflows(settings: Settings, stop: asyncio.Event) -> None:
    """Events from Kafka into the commands that workflows give."""
    async with reader_of(settings) as source:
        clock = SystemClock()
        recorder = open_recorder(database_of(settings), pool_size=settings.partitions)
        store = PostgresWorkflowStore(recorder, clock)
        definitions = load(settings.workflows, CelCompiler())
        agent = WorkflowAgent(store, rules_of(settings), definitions, clock)
        agent.start()
        handler = FiringHandler(
            agent, source, store.marks, settings.streams.hold_seconds
        )
        app = create_app(
            WORKFLOWS_GROUP, kafka_of(settings), settings.data_dir / "workflows"
        )
        batch_agent(app, handler.handle)
        async with asyncio.TaskGroup() as group:
            group.create_task(Healer(handler).run(stop))
            group.create_task(run_app(app, stop))
