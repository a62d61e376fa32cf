"""The one place that wires: settings in, running roles out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from events.catalog import touchpoints_topic
from events.sealing import PlainSealer
from hub.adapters.kafka import topics
from hub.adapters.kafka.intake_consumer import IntakeConsumer
from hub.adapters.kafka.relay import Relay
from hub.adapters.postgres.intake_store import PostgresIntakeStore
from hub.adapters.postgres.keys import installation_key
from hub.adapters.postgres.migrate import migrate as migrate_database
from hub.adapters.postgres.migrate import sqlalchemy_url
from hub.adapters.postgres.reader import StoreReader
from hub.adapters.postgres.recorder import open_recorder
from hub.application.intake import Intake
from hub.domain.digests import Digests
from hub.domain.recording import Rules
from hub.domain.routing import QueuePolicy, Routing
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings
from hub.streams.app import batch_agent, create_app, run_app
from hub.streams.healing import Healer
from hub.streams.projecting import Projecting
from projections.catalog import LIVE
from projections.driver import Driver

CHANNELS: Final = ("email", "webform", "sms", "phone")
STREAMS_GROUP: Final = "touchline-streams"

Role = Callable[[Settings, asyncio.Event], Coroutine[Any, Any, None]]


class NotConfiguredError(Exception):
    """A server's address is missing; the text says which and how to give it."""


def database_of(settings: Settings) -> str:
    """The database's URL.

    Raises:
        NotConfiguredError: it is not set.
    """
    if settings.database is None:
        text = "no database: set TOUCHLINE_DATABASE, or start all by `touchline up`"
        raise NotConfiguredError(text)
    return settings.database


def kafka_of(settings: Settings) -> str:
    """The broker's bootstrap addresses.

    Raises:
        NotConfiguredError: they are not set.
    """
    if settings.kafka is None:
        text = "no Kafka broker: set TOUCHLINE_KAFKA, or start all by `touchline up`"
        raise NotConfiguredError(text)
    return settings.kafka


def routing_of(settings: Settings) -> Routing:
    """The queues' rules, as the domain wants them."""
    destinations: dict[tuple[str, str], str] = {}
    for queue in settings.queues:
        for address in queue.addresses:
            destinations["email", address.casefold()] = queue.name
        for number in queue.numbers:
            destinations["sms", number] = destinations["phone", number] = queue.name
        for form in queue.forms:
            destinations["webform", form.casefold()] = queue.name
    policies = {
        queue.name: QueuePolicy(
            queue.name,
            timedelta(days=queue.reopen_days),
            timedelta(hours=queue.sms_window_hours),
        )
        for queue in settings.queues
    }
    default = next(queue.name for queue in settings.queues if queue.default)
    return Routing(policies, destinations, default)


def rules_of(settings: Settings) -> Rules:
    """What deciding depends on beside the data."""
    key = installation_key(database_of(settings), "identifier_hmac")
    return Rules(Digests(key), routing_of(settings), PlainSealer())


def migrate(settings: Settings) -> None:
    """Bring the database up to this release."""
    migrate_database(database_of(settings))


async def create_topics(settings: Settings) -> list[str]:
    """Create the missing topics; answer their names."""
    wanted = topics.wanted_topics(
        CHANNELS, settings.partitions, settings.retention.touchpoint_hours
    )
    return await topics.create_topics(kafka_of(settings), wanted)


async def cluster_of(bootstrap: str) -> str:
    """The broker's cluster id, under which offsets are tracked."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()


def engine_of(settings: Settings, *, size: int = 10) -> AsyncEngine:
    """A SQLAlchemy engine on the database."""
    return create_async_engine(
        sqlalchemy_url(database_of(settings)),
        pool_size=size,
        max_overflow=size,
        pool_pre_ping=True,
    )


@asynccontextmanager
async def reader_of(settings: Settings) -> AsyncIterator[StoreReader]:
    """A reader of the event store, on a pool of its own."""
    pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
        database_of(settings),
        min_size=1,
        max_size=4,
        open=False,
        kwargs={"autocommit": True},
        check=AsyncConnectionPool.check_connection,
    )
    async with pool:
        yield StoreReader(pool)


async def run_intake(settings: Settings, stop: asyncio.Event) -> None:
    """Touchpoints from Kafka into the store."""
    bootstrap = kafka_of(settings)
    clock = SystemClock()
    store = PostgresIntakeStore(open_recorder(database_of(settings)), clock)
    consumer = IntakeConsumer(
        bootstrap,
        await cluster_of(bootstrap),
        [touchpoints_topic(channel) for channel in CHANNELS],
        Intake(store, rules_of(settings)),
    )
    await consumer.run(stop, batch=settings.intake.batch)


async def run_relay(settings: Settings, stop: asyncio.Event) -> None:
    """Events from the store to Kafka."""
    relay = Relay(
        database_of(settings),
        kafka_of(settings),
        SystemClock(),
        partitions=settings.partitions,
        idempotent=not settings.embedded,
    )
    await relay.run(stop)


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


ROLES: Final[dict[str, Role]] = {
    "intake": run_intake,
    "relay": run_relay,
    "streams": run_streams,
}


async def run_role(
    role: str, settings: Settings, stop: asyncio.Event, *, names: Sequence[str] = ()
) -> None:
    """Run one role until `stop` is set.

    Raises:
        KeyError: no such role.
    """
    await ROLES[role](settings, stop)
