"""What the relay hands to Kafka."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from aiokafka.errors import MessageSizeTooLargeError
from structlog.testing import capture_logs

from events import codec, wire
from events.interaction import ReplySent
from hub.adapters.kafka.bulk import LARGE
from hub.adapters.kafka.relay import Relay
from hub.runtime.clock import SystemClock
from tests.stored import EVENT


@dataclass
class FakeBatch:
    """Takes two messages."""

    messages: list = field(default_factory=list)

    def append(self, *, key, value, timestamp, headers):
        if len(self.messages) == 2:
            return None
        self.messages.append((value, headers))
        return object()


@dataclass
class FakeProducer:
    """Takes what a broker would, and acknowledges it at once."""

    sent: list = field(default_factory=list)

    def create_batch(self):
        return FakeBatch()

    async def send_batch(self, batch, topic, *, partition):
        for value, headers in batch.messages:
            self._take(topic, partition, headers, value)
        return acknowledged()

    async def send(self, topic, value, *, partition, headers):
        if len(value) > 2 * LARGE:
            raise MessageSizeTooLargeError
        self._take(topic, partition, headers, value)
        return acknowledged()

    def _take(self, topic, partition, headers, value):
        position = wire.stored_from(headers, value).position
        self.sent.append((topic, partition, position))


def acknowledged():
    done = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


def event(position, event=None):
    body = codec.encode(event) if event else EVENT.body
    name = f"touchline.{type(event).__name__}.v1" if event else EVENT.type_name
    return EVENT._replace(position=position, type_name=name, body=body)


def reply(text=b""):
    return ReplySent(UUID(int=1), UUID(int=2), "sms", "", "ana", "", text)


async def relayed(*batch):
    producer = FakeProducer()
    relay = Relay("", "", SystemClock(), partitions=4, idempotent=True)
    await relay._send(producer, batch)
    return producer.sent


async def test_events_go_to_the_partition_of_their_slice_in_order():
    # Given: one that goes alone among others that go together
    batch = [event(n, reply(b"x" * LARGE) if n == 4 else None) for n in range(1, 8)]

    # When
    sent = [to for to in await relayed(*batch) if to[0] == "touchline.events"]

    # Then
    assert sent == [("touchline.events", EVENT.slice % 4, n) for n in range(1, 8)]


async def test_a_reply_goes_to_its_channels_topic_too():
    topics = [topic for topic, _, _ in await relayed(event(1, reply()))]
    assert topics == ["touchline.events", "touchline.outbound.sms"]


async def test_an_event_that_kafka_cannot_take_does_not_stop_the_others():
    with capture_logs() as logged:
        sent = await relayed(event(1), event(2, reply(b"x" * 2 * LARGE)), event(3))
    assert [position for _, _, position in sent] == [1, 3]
    assert [e["event"] for e in logged] == ["too_large_for_kafka"] * 2
