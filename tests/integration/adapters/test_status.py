"""The status of every hop, against a real broker and database."""

from contextlib import closing
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from sqlalchemy.ext.asyncio import create_async_engine

from events.sealing import PlainSealer
from hub.adapters.kafka.publisher import start_producer
from hub.adapters.kafka.topics import create_topics
from hub.adapters.postgres.ledger import Claim, Ledger
from hub.adapters.postgres.urls import sqlalchemy_url
from hub.adapters.status import StatusReader
from hub.application.status import problems
from hub.bootstrap.parts import cluster_of, pool_of
from hub.runtime.clock import FixedClock, SystemClock
from hub.runtime.settings import Settings
from projections.catalog import LIVE, SEARCH
from projections.driver import Driver
from tests.integration.web.rows import Rows

HOUR = timedelta(hours=1)
AT = SystemClock().now()


@pytest.fixture
async def topic(kafka_server, topic_prefix):
    """A topic with three touchpoints in two partitions, the oldest of an hour ago."""
    name = f"{topic_prefix}.touchpoints"
    await create_topics(kafka_server.bootstrap, [NewTopic(name, 2, 1)])
    idempotent = kafka_server.kind != "tansu"
    producer = await start_producer(kafka_server.bootstrap, idempotent=idempotent)
    for partition, age in ((0, HOUR), (1, HOUR / 2), (1, HOUR / 4)):
        await producer.send_and_wait(
            name,
            b"a touchpoint",
            partition=partition,
            timestamp_ms=int((AT - age).timestamp() * 1000),
        )
    await producer.stop()
    return name


@pytest.fixture
def status_of(database, kafka, tmp_path):
    """The status at a moment, as to one topic."""

    async def read(topic, moment=AT):
        settings = Settings(database=database, data_dir=tmp_path)
        async with pool_of(settings) as pool:
            cluster = await cluster_of(kafka)
            clock = FixedClock(moment)
            reader = StatusReader(pool, kafka, cluster, (topic,), tmp_path, clock)
            return await reader.read()

    return read


@pytest.fixture
def taken_in(database, kafka, topic):
    """Intake has read a partition up to an offset."""

    async def note(partition, offset):
        source = f"{await cluster_of(kafka)}/{topic}[{partition}]"
        with psycopg.connect(database) as connection:
            connection.execute(
                "INSERT INTO touchline_store.tracking VALUES (%s, %s)", (source, offset)
            )

    return note


def hop_of(status, name):
    (found,) = [hop for hop in status.hops if hop.name == name]
    return found


def problem_of(status, name):
    return [line for line in problems(status) if line.startswith(f"{name}:")]


def start(process):
    return f"start `touchline {process}`, or look into its log"


async def test_without_intake_what_waits_is_unhealthy_and_says_what_to_do(
    topic, status_of
):
    # When: touchpoints lie in a topic that no intake reads
    status = await status_of(topic)

    # Then
    hop = hop_of(status, topic)
    assert hop.lag == 3
    assert hop.seconds == pytest.approx(HOUR.total_seconds(), abs=0.001)
    assert problem_of(status, topic) == [
        f"{topic}: 1 h late, 3 waiting; {start('intake')}"
    ]


async def test_the_oldest_touchpoint_is_the_first_that_was_not_read(
    topic, status_of, taken_in
):
    # Given
    await taken_in(0, 1)
    await taken_in(1, 1)

    # When
    hop = hop_of(await status_of(topic), topic)

    # Then
    assert hop.lag == 1
    assert hop.seconds == pytest.approx((HOUR / 4).total_seconds(), abs=0.001)


async def test_all_taken_in_is_healthy(topic, status_of, taken_in):
    # Given
    await taken_in(0, 1)
    await taken_in(1, 2)

    # When
    status = await status_of(topic)

    # Then
    hop = hop_of(status, topic)
    assert (hop.lag, hop.seconds) == (0, 0.0)
    assert problem_of(status, topic) == []


async def test_what_the_log_no_longer_holds_is_not_waiting(
    kafka_server, topic, status_of
):
    # Given: of a partition that was never read, the first message is gone
    if kafka_server.kind == "tansu":
        pytest.skip("needs a broker that deletes records")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_server.bootstrap)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, 1): RecordsToDelete(1)})
    await admin.close()

    # When
    status = await status_of(topic)

    # Then
    assert hop_of(status, topic).lag == 2


async def test_an_offset_beyond_the_log_is_another_broker(topic, status_of, taken_in):
    # Given
    await taken_in(0, 99)

    # When
    status = await status_of(topic)

    # Then
    (line,) = problem_of(status, topic)
    assert "TOUCHLINE_KAFKA" in line


async def test_a_process_that_never_ran_is_unhealthy(topic, status_of):
    # When
    status = await status_of(topic)

    # Then
    assert problem_of(status, "relay") == ["relay: never ran: start `touchline relay`"]
    assert problem_of(status, "queue_board_v1") == [
        "queue_board_v1: never ran: start `touchline streams`"
    ]
    assert problem_of(status, "search_index_v1") == [
        "search_index_v1: never ran: start `touchline search`"
    ]
    assert problem_of(status, "workflows") == [
        "workflows: never ran: start `touchline workflows`"
    ]


@pytest.mark.parametrize(("process", "group"), [("streams", LIVE), ("search", SEARCH)])
async def test_what_a_group_has_begun_is_healthy(
    process, group, database, topic, status_of
):
    # Given
    engine = create_async_engine(sqlalchemy_url(database))
    await Driver(engine, group, PlainSealer(), SystemClock()).prepare()
    await engine.dispose()

    # When
    status = await status_of(topic)

    # Then
    driven = [hop for hop in status.hops if hop.process == process]
    assert {hop.name for hop in driven} == {projection.key for projection in group}
    assert all(hop.note == "" for hop in driven)


async def test_a_message_whose_turn_is_past_is_unhealthy(
    database, tmp_path, topic, status_of
):
    # Given: a claimed mail that nobody sends
    claim = Claim(UUID(int=1), UUID(int=2), "email", b"m")
    async with pool_of(Settings(database=database, data_dir=tmp_path)) as pool:
        await Ledger(pool, "email").claim([claim], AT)

    # When
    later, soon = await status_of(topic, AT + HOUR), await status_of(topic, AT)

    # Then
    assert problem_of(soon, "email") == []
    assert problem_of(later, "email") == [
        f"email: 1 h late to send; {start('connector run email')}"
    ]


async def test_a_reply_that_no_connector_claimed_is_unhealthy(
    database, topic, status_of
):
    # Given: a reply in the store, and nothing about it in the ledger
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO touchline_store.events (originator_id, originator_version,"
            " topic, state, event_id, slice, occurred_at, recorded_at, actor,"
            " correlation, causation) VALUES (%(id)s, 1, 'touchline.ReplySent.v1', '',"
            " %(id)s, 0, %(at)s, %(at)s, '', %(id)s, %(id)s)",
            {"id": UUID(int=1), "at": AT - HOUR},
        )

    # When
    status = await status_of(topic)

    # Then
    assert problem_of(status, "replies") == [
        f"replies: 1 h late, 1 waiting; {start('connector run')}"
    ]


async def test_a_date_that_came_long_ago_asks_for_the_timer(topic, status_of, database):
    # Given
    with closing(Rows(database, AT)) as rows:
        later = {"state": "deferred", "due_at": rows.ago(10)}
        rows.interaction("lamp", rows.customer("Ana"), 1, None, **later)

    # When
    status = await status_of(topic)

    # Then
    assert hop_of(status, "follow-ups").lag == 1
    (line,) = problem_of(status, "follow-ups")
    assert line.endswith(start("timer"))
