"""Where intake starts to read, and when it refuses to."""

import asyncio
from contextlib import contextmanager

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from structlog.testing import capture_logs

from hub.adapters.kafka import intake_consumer
from hub.adapters.kafka.intake_consumer import IntakeConsumer, WrongBrokerError
from hub.application.intake import StoreUnavailableError


class FakeIntake:
    """Notes offsets; `tracked` is what the store knows."""

    def __init__(self, tracked=None, wanted=0):
        self.store, self.offsets, self.failures = self, [], 0
        self._tracked, self._wanted = tracked, wanted
        self.done = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @contextmanager
    def optimistic(self):
        yield self

    def tracked(self, sources):
        return {} if self._tracked is None else dict.fromkeys(sources, self._tracked)

    def process(self, messages):
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError
        self.offsets += [m.offset for m in messages]
        if len(self.offsets) >= self._wanted:
            self._loop.call_soon_threadsafe(self.done.set)


@pytest.fixture
async def topic(kafka, topic_prefix):
    """A topic with three messages in its one partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic_prefix, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for n in range(3):
            await producer.send_and_wait(topic_prefix, b"%d" % n)
    return topic_prefix


@pytest.fixture
def consume(kafka, topic, topic_prefix, monkeypatch):
    """Read until the intake has what it wants."""
    monkeypatch.setattr(intake_consumer, "GROUP", topic_prefix)

    async def run(intake):
        consumer = IntakeConsumer(kafka, "c", [topic], intake, batch=10)
        stop = asyncio.Event()
        with capture_logs():
            running = asyncio.create_task(consumer.run(stop))
            done = asyncio.create_task(intake.done.wait())
            await asyncio.wait({running, done}, return_when="FIRST_COMPLETED")
            stop.set()
            done.cancel()
            await running
        return intake.offsets

    return run


async def test_what_was_never_tracked_is_read_from_the_beginning(consume):
    assert await consume(FakeIntake(wanted=3)) == [0, 1, 2]


async def test_it_goes_on_from_the_tracked_offset_whatever_the_group_says(consume):
    assert await consume(FakeIntake(wanted=3)) == [0, 1, 2]
    assert await consume(FakeIntake(tracked=1, wanted=2)) == [1, 2]


async def test_offsets_beyond_the_end_belong_to_another_broker(consume):
    with pytest.raises(WrongBrokerError, match="another broker"):
        await consume(FakeIntake(tracked=99))


async def test_a_store_that_is_away_is_waited_for_and_nothing_is_skipped(consume):
    intake = FakeIntake(wanted=3)
    intake.failures = 2
    assert await consume(intake) == [0, 1, 2]
