"""Replies that nobody claimed, published again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import NewTopic
from structlog.testing import capture_logs

from events.catalog import outbound_topic
from hub.adapters.kafka import relay as relaying
from hub.adapters.kafka.again import due
from hub.adapters.kafka.relay import Relay
from hub.adapters.kafka.topics import create_topics
from hub.adapters.postgres.ledger import Claim, Ledger
from hub.bootstrap.parts import pool_of
from hub.runtime.settings import Settings
from tests.integration.store.hub import Hub
from tests.unit.domain.touchpoints import BEN, mail

FIRST = timedelta(seconds=30)
TOPIC = outbound_topic("email")


@pytest.fixture
def hub(database):
    with capture_logs():
        made = Hub(database)
        yield made
        made.close()


@pytest.fixture
def replies(hub):
    """Ids of three replies that no connector knows."""
    agent = hub.agent()
    hub.take_in(mail("<1@a>"), mail("<2@a>", BEN), mail("<3@a>", "cleo@example.org"))
    agent.handle(hub.stored())
    return [s.event_id for s in hub.stored() if "ReplySent" in s.type_name]


@pytest.fixture
async def relay(hub, kafka_server):
    await create_topics(kafka_server.bootstrap, [NewTopic(TOPIC, 4, 1)])
    idempotent = kafka_server.kind != "tansu"
    return Relay(
        hub.dsn, kafka_server.bootstrap, hub.clock, partitions=4, idempotent=idempotent
    )


@pytest.fixture
async def topic(relay, kafka_server):
    """A reader of what comes to the topic from now on."""
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=kafka_server.bootstrap)
    await consumer.start()
    await consumer.seek_to_end()
    yield consumer
    await consumer.stop()


async def came(topic, count):
    """The event ids of the next messages."""
    async with asyncio.timeout(30):
        found = [await topic.getone() for _ in range(count)]
    return {UUID(dict(record.headers)["ce_id"].decode()) for record in found}


def later(hub, seconds):
    return hub.clock.now() + timedelta(seconds=seconds)


async def send(relay, hub, *, since, now):
    since = None if since is None else later(hub, since)
    spans = due(FIRST, since, later(hub, now))
    return await relay.send_unclaimed(spans, asyncio.Event())


async def test_given_many_then_no_page_hides_the_rest(
    hub, replies, relay, topic, monkeypatch
):
    monkeypatch.setattr(relaying, "BATCH", 1)
    assert await send(relay, hub, since=None, now=30) == 3
    assert await came(topic, 3) == {*replies}


async def test_given_they_were_sent_again_then_not_before_their_age_has_doubled(
    hub, replies, relay
):
    assert await send(relay, hub, since=None, now=29) == 0
    assert await send(relay, hub, since=0, now=30) == 3
    assert await send(relay, hub, since=30, now=59) == 0
    assert await send(relay, hub, since=59, now=61) == 3


async def test_given_a_claim_then_that_reply_is_not_sent_again(
    hub, replies, relay, tmp_path
):
    claim = Claim(replies[0], replies[0], "email", b"m")
    async with pool_of(Settings(database=hub.dsn, data_dir=tmp_path)) as pool:
        await Ledger(pool, "email").claim([claim], hub.clock.now())
    assert await send(relay, hub, since=None, now=30) == 2


async def test_when_it_is_time_to_stop_then_no_more_pages_are_sent(hub, replies, relay):
    stop = asyncio.Event()
    stop.set()
    assert await relay.send_unclaimed(due(FIRST, None, later(hub, 30)), stop) == 0


class Noting:
    """A relay that notes how far back it looks, and fails the first time."""

    def __init__(self):
        self.looks = []

    async def send_unclaimed(self, recorded, stop):
        self.looks.append(recorded[0].lower)
        if len(self.looks) == 1:
            raise psycopg.OperationalError
        if len(self.looks) == 3:
            stop.set()
        return 0


async def test_given_a_look_that_failed_then_the_next_looks_as_far_back(hub):
    noting, stop = Noting(), asyncio.Event()
    with capture_logs():
        await relaying.republish(noting, hub.clock, stop, unclaimed_seconds=0.01)
    everything, again, later_ones = noting.looks
    assert (everything, again) == (None, None)
    assert later_ones is not None
