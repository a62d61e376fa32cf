"""How every hop is doing, asked of the database and the broker."""

import psycopg
from aiokafka.errors import KafkaError

from events.catalog import touchpoints_topic
from hub.adapters.status import StatusReader
from hub.application.intake import StoreUnavailableError
from hub.application.status import Status
from hub.bootstrap.parts import CHANNELS, cluster_of, pool_of, reach_database
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings


async def status_of(settings: Settings) -> Status:
    """The status now; without a broker its hops say so.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    topics = tuple(touchpoints_topic(channel) for channel in CHANNELS)
    cluster = await _cluster(settings)
    try:
        # Pools would wait long: ask once, and fail at once.
        await reach_database(settings)
        async with pool_of(settings, size=1) as pool:
            reader = StatusReader(
                pool,
                settings.kafka,
                cluster,
                topics,
                settings.data_dir,
                SystemClock(),
            )
            return await reader.read()
    except psycopg.OperationalError as error:
        raise StoreUnavailableError(str(error)) from error


async def _cluster(settings: Settings) -> str:
    """The broker's cluster id; empty while it cannot be asked."""
    if settings.kafka is None:
        return ""
    try:
        return await cluster_of(settings.kafka)
    except (KafkaError, OSError):
        return ""
