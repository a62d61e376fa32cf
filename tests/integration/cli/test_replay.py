"""Replaying to a topic: everything is there, or the command says that it is not."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from events import wire
from events.customer import TouchpointRecorded
from events.sealing import PlainSealer
from hub.adapters.kafka.topics import TopicsError, create_topics
from hub.cli.output import Fault
from hub.cli.replaying import Target, Wanted, replay, target_of
from tests.stored import AT, stored

MEBIBYTE = 1024 * 1024


class Store:
    """Hands out events as the store does: in the order of positions."""

    def __init__(self, *events):
        self._events = events

    async def read(self, **_filters):
        for event in self._events:
            yield event


def services_of(store):
    return SimpleNamespace(store=store, unsealer=PlainSealer())


def touchpoint(position, *, personal=b"", recorded_at=AT):
    id_ = UUID(int=position)
    return stored(
        event=TouchpointRecorded(id_, id_, "email", "in", "email", "", personal),
        event_id=id_,
        stream=id_,
        position=position,
        slice=position % 64,
        recorded_at=recorded_at,
    )


def wanted(*, end=""):
    return Wanted.of("", end, "", [])


@pytest.fixture
def topic(no_settings, kafka, topic_prefix, monkeypatch) -> Target:
    monkeypatch.setenv("TOUCHLINE_KAFKA", kafka)
    monkeypatch.setenv("TOUCHLINE_PARTITIONS", "1")
    monkeypatch.setenv("TOUCHLINE_DATA_DIR", str(no_settings))
    return target_of(topic_prefix, None, personal=False, json=False)


async def arrived(kafka, topic):
    """The values in a topic's only partition; reads to its end."""
    tp = TopicPartition(topic.name, 0)
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        consumer.assign([tp])
        await consumer.seek_to_beginning(tp)
        end = (await consumer.end_offsets([tp]))[tp]
        found = []
        async with asyncio.timeout(20):
            while await consumer.position(tp) < end:
                found.append(await consumer.getone())
        return found


async def test_large_events_and_small_ones_arrive_in_order_and_marked(kafka, topic):
    # Given: more than a producer's usual limit of 1 MiB
    events = [touchpoint(1), touchpoint(2, personal=b"x" * 2 * MEBIBYTE), touchpoint(3)]

    # When
    count = await replay(services_of(Store(*events)), wanted(), topic)

    # Then
    records = await arrived(kafka, topic)
    assert count == 3
    assert [record.value for record in records] == [wire.value(e) for e in events]
    assert all((wire.REPLAY, b"true") in record.headers for record in records)


async def test_what_the_topic_does_not_take_ends_the_replay(
    kafka_server, topic, topic_prefix
):
    # Given: a topic of small messages
    if kafka_server.kind == "tansu":
        pytest.skip("needs a broker that refuses")
    small = NewTopic(topic_prefix, 1, 1, topic_configs={"max.message.bytes": "1000"})
    await create_topics(kafka_server.bootstrap, [small])
    services = services_of(Store(touchpoint(1, personal=b"x" * 50_000)))

    # Then
    with pytest.raises(Fault, match="larger than"):
        # When
        await replay(services, wanted(), topic)


async def test_a_topic_that_cannot_be_created_ends_the_replay(
    kafka_server, topic, monkeypatch
):
    # Given
    if kafka_server.kind == "tansu":
        pytest.skip("needs a broker that refuses")
    monkeypatch.setenv("TOUCHLINE_KAFKA_REPLICATION", "3")

    # Then
    with pytest.raises(TopicsError):
        # When
        await replay(services_of(Store(touchpoint(1))), wanted(), topic)


async def test_an_event_after_one_that_was_recorded_later_is_not_lost(kafka, topic):
    # Given: positions in the order of commits, times as clocks have it
    late = touchpoint(2, recorded_at=AT + timedelta(hours=1))
    services = services_of(Store(touchpoint(1), late, touchpoint(3)))

    # When
    count = await replay(services, wanted(end=AT.isoformat()), topic)

    # Then
    values = [record.value for record in await arrived(kafka, topic)]
    assert (count, values) == (
        2,
        [wire.value(touchpoint(1)), wire.value(touchpoint(3))],
    )
