"""The brokers: one contract for both, and what only Apache Kafka promises."""

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from hub.runtime.servers import jars
from hub.runtime.servers.errors import ServerError
from hub.runtime.servers.kafka import ApacheKafka
from hub.runtime.servers.tansu import Tansu

needs_kafka = pytest.mark.skipif(
    not (jars.java_available() and (jars.jars_present() or jars.maven_available())),
    reason="Apache Kafka needs Java, and its jars or Maven",
)
BROKERS = [pytest.param(ApacheKafka, marks=needs_kafka), Tansu]

pytestmark = pytest.mark.timeout(180)


async def create(bootstrap, topic):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()


async def send(bootstrap, topic, value):
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, max_request_size=len(value) + 1000
    ) as producer:
        await producer.send_and_wait(topic, value, headers=[("ce_id", b"1")])


async def first_of(bootstrap, topic):
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    async with consumer:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        return await consumer.getone()


@pytest.mark.parametrize("broker", BROKERS)
async def test_a_message_goes_through_and_no_process_is_left(broker, tmp_path):
    with broker.start(tmp_path) as server:
        await create(server.bootstrap, "t")
        await send(server.bootstrap, "t", b"hello")
        message = await first_of(server.bootstrap, "t")
        assert (message.value, message.headers) == (b"hello", (("ce_id", b"1"),))
    assert not psutil.pid_exists(server.pid)


@pytest.mark.parametrize("broker", BROKERS)
def test_a_second_start_joins_and_does_not_stop_the_first(broker, tmp_path):
    with broker.start(tmp_path) as first:
        with broker.start(tmp_path) as second:
            assert (second.bootstrap, second.pid) == (first.bootstrap, first.pid)
            assert second.cluster_id == first.cluster_id
        assert psutil.pid_exists(first.pid)


@needs_kafka
async def test_kafka_keeps_topics_address_and_identity_over_a_kill(tmp_path):
    with ApacheKafka.start(tmp_path) as first:
        await create(first.bootstrap, "t")
        await send(first.bootstrap, "t", b"x" * 4 * 1024 * 1024)
        first.kill()
    with ApacheKafka.start(tmp_path) as second:
        assert second.bootstrap == first.bootstrap
        assert second.cluster_id == first.cluster_id
        assert len((await first_of(second.bootstrap, "t")).value) == 4 * 1024 * 1024


def test_the_embedded_broker_is_another_cluster_after_a_restart(tmp_path):
    with Tansu.start(tmp_path) as first:
        pass
    with Tansu.start(tmp_path) as second:
        assert second.cluster_id != first.cluster_id


@needs_kafka
def test_a_broker_that_cannot_start_is_told_in_its_own_words(tmp_path):
    with pytest.raises(ServerError, match="Invalid maximum heap size"):
        ApacheKafka.start(tmp_path, heap="lots")
