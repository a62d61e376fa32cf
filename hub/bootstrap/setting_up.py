"""Prepare an installation: its database and its topics."""

from contextlib import closing

from aiokafka.admin import NewTopic

from hub.adapters.kafka import topics
from hub.adapters.postgres.migrate import migrate as migrate_database
from hub.adapters.postgres.recorder import open_recorder
from hub.bootstrap.configured import begin_configuration
from hub.bootstrap.parts import CHANNELS, database_of, kafka_of
from hub.bootstrap.sealing import begin_sealing
from hub.runtime.settings import Settings


def migrate(settings: Settings) -> None:
    """Bring the database up to this release; the first time, configure it.

    Raises:
        hub.runtime.settings.SettingsError: the queues of the settings do not fit.
        hub.bootstrap.parts.NotConfiguredError: what should be a master key is none.
    """
    migrate_database(database_of(settings))
    begin_sealing(settings)
    recorder = open_recorder(database_of(settings))
    with closing(recorder.datastore):
        begin_configuration(settings, recorder)


def wanted_topics_of(settings: Settings) -> list[NewTopic]:
    """The topics of this installation, with partitions and retention."""
    return topics.wanted_topics(
        CHANNELS,
        settings.partitions,
        settings.kafka_replication,
        settings.retention.touchpoint_hours,
    )


async def create_topics(settings: Settings) -> list[str]:
    """Create the missing topics; answer their names.

    Raises:
        hub.adapters.kafka.topics.TopicsError: the broker refused.
    """
    return await topics.create_topics(kafka_of(settings), wanted_topics_of(settings))
