"""The road in one process: roles in a thread of their own, on real servers."""

import asyncio
import threading
from contextlib import suppress

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from psycopg.rows import dict_row

from events.catalog import EVENTS_TOPIC
from hub.adapters.kafka.publisher import KafkaPublisher, start_producer
from hub.bootstrap.running import run_role
from hub.bootstrap.setting_up import create_topics, wanted_topics_of
from hub.runtime.settings import Settings

ROLES = ("intake", "relay", "streams", "search", "workflows")
GROUPS = (
    "touchline-intake",
    "touchline-streams",
    "touchline-search",
    "touchline-workflows",
)


class Road:
    def __init__(self, database, kafka, folder):
        self.database = database
        self.settings = Settings(
            database=database, kafka=kafka, data_dir=folder, partitions=4
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._running = {}

    def do(self, coroutine):
        """Run it in the road's loop; answer its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(120)

    def open(self):
        """Fresh topics, then all roles."""
        self.do(self._fresh_topics())
        self.start(*ROLES)
        return self

    async def _fresh_topics(self):
        wanted = [topic.name for topic in wanted_topics_of(self.settings)]
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka)
        await admin.start()
        try:
            if found := sorted({*wanted} & {*await admin.list_topics()}):
                await admin.delete_topics(found)
            while {*wanted} & {*await admin.list_topics()}:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        finally:
            await admin.close()
        await create_topics(self.settings)

    def start(self, *roles):
        for role in roles:
            self._running[role] = self.do(self._start(role))

    async def _start(self, role):
        stop = asyncio.Event()
        return stop, asyncio.create_task(run_role(role, self.settings, stop))

    def kill(self, role):
        """Cancel a role wherever it is: nothing is drained by us."""
        _, task = self._running.pop(role)
        self.do(self._cancelled(task))

    async def _cancelled(self, task):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def close(self):
        for role in [*self._running]:
            stop, task = self._running.pop(role)
            self.do(self._stopped(stop, task))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stopped(self, stop, task):
        stop.set()
        await task

    def publish(self, *items):
        """As connectors publish; all are acknowledged."""
        self.do(self._publish(items))

    async def _publish(self, items):
        producer = await start_producer(self.settings.kafka, idempotent=True)
        try:
            publisher = KafkaPublisher(producer, self.settings.partitions)
            await asyncio.gather(*(publisher.publish(item) for item in items))
        finally:
            await producer.stop()

    def throw(self, topic, *records):
        """Foreign messages: pairs of value and headers."""
        self.do(self._throw(topic, records))

    async def _throw(self, topic, records):
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka)
        await producer.start()
        try:
            for value, headers in records:
                await producer.send_and_wait(
                    topic, value, key=b"k", headers=headers, partition=0
                )
        finally:
            await producer.stop()

    def event_records(self):
        """Everything on the event topic, by partition."""
        return self.records(EVENTS_TOPIC)

    def records(self, topic):
        """Everything on a topic, by partition."""
        return self.do(self._records(topic))

    async def _records(self, topic):
        consumer = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka)
        await consumer.start()
        try:
            parts = _partitions(self.settings, topic)
            consumer.assign(parts)
            await consumer.seek_to_beginning(*parts)
            ends = await consumer.end_offsets(parts)
            found = {tp: [] for tp in parts}
            while any([await consumer.position(tp) < ends[tp] for tp in parts]):
                for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                    found[tp] += records
            return found
        finally:
            await consumer.stop()

    def lag(self, group):
        """What a group has not committed of the event topic."""
        return self.do(self._lag(group))

    async def _lag(self, group):
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka,
            group_id=group,
            enable_auto_commit=False,
        )
        await consumer.start()
        try:
            parts = _partitions(self.settings)
            ends = await consumer.end_offsets(parts)
            return {
                tp.partition: ends[tp] - (await consumer.committed(tp) or 0)
                for tp in parts
            }
        finally:
            await consumer.stop()

    def rows(self, sql, *parameters):
        with psycopg.connect(self.database, row_factory=dict_row) as connection:
            return connection.execute(sql, parameters).fetchall()

    def count(self, table):
        """How many rows a table has."""
        (row,) = self.rows(f"SELECT count(*) AS found FROM {table}")
        return row["found"]


def _partitions(settings, topic=EVENTS_TOPIC):
    return [TopicPartition(topic, n) for n in range(settings.partitions)]
