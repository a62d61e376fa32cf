"""Connectors: found by entry point, configured, given their ports, and run."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from connectors.sdk.connector import Connector
from connectors.sdk.ports import Blobs, Checkpoints, Clock, Publisher
from events.sealing import Unsealer
from hub.adapters.files.blobs import FileBlobs
from hub.adapters.kafka.outbound_consumer import OutboundConsumer
from hub.adapters.kafka.publisher import KafkaPublisher, start_producer
from hub.adapters.postgres.checkpoints import Pool, PostgresCheckpoints
from hub.adapters.postgres.ledger import Ledger
from hub.adapters.postgres.recorder import datastore_of
from hub.adapters.sending import Sender
from hub.bootstrap.parts import (
    NotConfiguredError,
    blobs_of,
    database_of,
    kafka_of,
    pool_of,
)
from hub.bootstrap.sealing import sealer_of
from hub.bootstrap.sections import check_sections, known_connectors, section_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class ConnectorPorts:
    """What the hub gives a connector."""

    publisher: Publisher
    checkpoints: Checkpoints
    blobs: Blobs
    clock: Clock


@dataclass(frozen=True, slots=True)
class Resources:
    """What all connectors of a process share."""

    pool: Pool
    publisher: KafkaPublisher
    blobs: FileBlobs
    clock: SystemClock
    unsealer: Unsealer


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """A producer, a pool and the blob store, until the context ends."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(pool_of(settings, size=8))
        producer = await start_producer(
            kafka_of(settings), idempotent=not settings.embedded
        )
        stack.push_async_callback(producer.stop)
        publisher = KafkaPublisher(producer, settings.partitions)
        blobs = await asyncio.to_thread(blobs_of, settings)
        datastore = datastore_of(database_of(settings), pool_size=1)
        stack.callback(datastore.close)
        unsealer = await asyncio.to_thread(sealer_of, settings, datastore)
        yield Resources(pool, publisher, blobs, SystemClock(), unsealer)


def build(name: str, settings: Settings, shared: Resources) -> Connector[Any]:
    """A configured connector.

    Raises:
        NotConfiguredError: no connector of this name is installed.
        hub.runtime.settings.SettingsError: its section is wrong.
    """
    classes = known_connectors()
    if name not in classes:
        known = ", ".join(sorted(classes))
        text = f"no connector {name!r} is installed; there are: {known}"
        raise NotConfiguredError(text)
    cls = classes[name]
    config = section_of(settings, name, cls.config)
    checkpoints = PostgresCheckpoints(shared.pool, name, shared.clock)
    ports = ConnectorPorts(shared.publisher, checkpoints, shared.blobs, shared.clock)
    return cls(name, config, ports)


async def run_connectors(
    settings: Settings, stop: asyncio.Event, names: Sequence[str]
) -> None:
    """Run connectors by name, all in this process: receiving and sending.

    Raises:
        NotConfiguredError: no connector of a name is installed.
        hub.runtime.settings.SettingsError: a connector's section is wrong.
    """
    check_sections(settings)
    async with open_resources(settings) as shared:
        built = [build(name, settings, shared) for name in names]
        async with asyncio.TaskGroup() as group:
            for connector in built:
                group.create_task(connector.run(stop))
                _send_for(group, connector, (settings, shared, stop))


def _send_for(
    group: asyncio.TaskGroup,
    connector: Connector[Any],
    around: tuple[Settings, Resources, asyncio.Event],
) -> None:
    settings, shared, stop = around
    claimed = asyncio.Event()
    ledger = Ledger(shared.pool, connector.name)
    consumer = OutboundConsumer(
        kafka_of(settings),
        (connector.name, connector.channel),
        ledger,
        shared.clock,
    )
    group.create_task(consumer.run(stop, claimed))
    group.create_task(Sender(connector, ledger, shared.unsealer).run(stop, claimed))
