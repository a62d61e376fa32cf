"""The status of every hop, against a real broker and database."""

from aiokafka.admin import NewTopic

from hub.adapters.kafka.publisher import start_producer
from hub.adapters.kafka.topics import create_topics
from hub.adapters.status import StatusReader
from hub.bootstrap.parts import cluster_of, pool_of
from hub.runtime.clock import SystemClock
from hub.runtime.servers.choose import RunningBroker
from hub.runtime.settings import Settings


async def test_what_intake_has_not_read_counts_as_behind(
    database: str, kafka_server: RunningBroker, topic_prefix: str, tmp_path
) -> None:
    # Given: three touchpoints in a topic that intake never read
    bootstrap, topic = kafka_server.bootstrap, f"{topic_prefix}.touchpoints"
    await create_topics(bootstrap, [NewTopic(topic, 2, 1)])
    producer = await start_producer(bootstrap, idempotent=kafka_server.kind != "tansu")
    for partition in (0, 1, 1):
        await producer.send_and_wait(topic, b"a touchpoint", partition=partition)
    await producer.stop()

    # When
    settings = Settings(database=database, data_dir=tmp_path)
    async with pool_of(settings) as pool:
        cluster = await cluster_of(bootstrap)
        reader = StatusReader(
            pool, bootstrap, cluster, (topic,), tmp_path, SystemClock()
        )
        status = await reader.read()

    # Then
    assert {hop.name: hop.lag for hop in status.hops}[topic] == 3
