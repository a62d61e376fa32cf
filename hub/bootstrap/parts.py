"""The pieces that several roles share, made from the settings."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from connectors.email.config import EmailConfig
from events.sameness import PROVIDERS, Provider, Sameness
from hub.adapters.files.blobs import FileBlobs
from hub.adapters.postgres.checkpoints import Pool
from hub.adapters.postgres.keys import installation_key
from hub.adapters.postgres.reader import StoreReader
from hub.bootstrap.sections import section_of
from hub.runtime.settings import Settings

CHANNELS: Final = ("email", "webform", "sms", "phone")

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


def sameness_of(settings: Settings) -> Sameness:
    """Which forms of an address are one and the same."""
    rules = settings.identity
    providers: tuple[Provider, ...] = PROVIDERS
    if rules.providers is not None:
        providers = tuple(Provider(p.domains, p.ignores_dots) for p in rules.providers)
    return Sameness(rules.subaddresses, providers, frozenset(rules.phone_forms))


def blobs_of(settings: Settings) -> FileBlobs:
    """The blob store."""
    # Identifiers' digests are of texts with a colon: none of them is this one.
    key = installation_key(database_of(settings), "identifier_hmac")
    secret = hmac.digest(key, b"blobs", "sha256")
    return FileBlobs(settings.data_dir / "blobs", secret)


def sender_name_of(settings: Settings) -> str:
    """The name that our mail is from.

    Raises:
        hub.runtime.settings.SettingsError: the section of mail is wrong.
    """
    return section_of(settings, "email", EmailConfig).from_name


async def cluster_of(bootstrap: str) -> str:
    """The broker's cluster id, under which offsets are tracked."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()


@asynccontextmanager
async def pool_of(settings: Settings, *, size: int = 4) -> AsyncIterator[Pool]:
    """An open pool of psycopg connections in autocommit mode."""
    pool: Pool = AsyncConnectionPool(
        database_of(settings),
        min_size=1,
        max_size=size,
        open=False,
        kwargs={"autocommit": True},
        check=AsyncConnectionPool.check_connection,
        reconnect_timeout=0,
    )
    async with pool:
        yield pool


@asynccontextmanager
async def reader_of(settings: Settings) -> AsyncIterator[StoreReader]:
    """A reader of the event store, on a pool of its own."""
    async with pool_of(settings) as pool:
        yield StoreReader(pool)


async def reach_database(settings: Settings) -> None:
    """Connect once.

    Raises:
        psycopg.OperationalError: it cannot be reached.
    """
    connection = await AsyncConnection.connect(database_of(settings), connect_timeout=5)
    await connection.close()
