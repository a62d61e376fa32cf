"""Creating topics: what is there stays, and what the broker refuses is said."""

import asyncio

import pytest

from hub.adapters.kafka.topics import (
    BROKERS_CHOICE,
    TopicsError,
    create_topics,
    topic,
)


@pytest.fixture
def apache(kafka_server):
    """A broker that refuses what it cannot do; the embedded one takes anything."""
    if kafka_server.kind == "tansu":
        pytest.skip("needs a broker that refuses")
    return kafka_server.bootstrap


async def test_a_missing_topic_is_created_and_an_existing_one_left(kafka, topic_prefix):
    wanted = [topic(topic_prefix, 2, BROKERS_CHOICE)]
    assert await create_topics(kafka, wanted) == [topic_prefix]
    assert await create_topics(kafka, wanted) == []


async def test_a_topic_that_somebody_creates_at_the_same_time_is_fine(
    kafka, topic_prefix
):
    # When: several processes start at once
    wanted = [topic(topic_prefix, 1, 1)]
    created = await asyncio.gather(*(create_topics(kafka, wanted) for _ in range(8)))

    # Then
    assert [one for one in created if one] == [[topic_prefix]]


async def test_more_copies_than_brokers_are_refused_with_the_brokers_reason(
    apache, topic_prefix
):
    with pytest.raises(TopicsError, match=f"(?s){topic_prefix}.*replicat"):
        await create_topics(apache, [topic(topic_prefix, 1, 3)])


async def test_of_several_topics_those_that_are_refused_are_named(apache, topic_prefix):
    # Given
    fine, wrong = topic(topic_prefix, 1, 1), topic(f"{topic_prefix}/", 1, 1)

    # When
    with pytest.raises(TopicsError) as raised:
        await create_topics(apache, [fine, wrong])

    # Then
    (line,) = str(raised.value).splitlines()
    assert wrong.name in line
