"""The floor: the same messages, consumed with aiokafka and copied into one table."""

import asyncio
import time
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer

from events.catalog import touchpoints_topic
from tests.bench.place import Place, place
from tests.bench.results import Results
from tests.bench.tape import CHANNELS, record
from tests.bench.watch import Load

BATCH = 2000
_TABLE = """
CREATE TABLE floor (topic text, partition int, kafka_offset bigint, value bytea)
"""
_COPY = "COPY floor FROM STDIN WITH (FORMAT binary)"


def measure(results: Results, *, quick: bool) -> None:
    """Producer, consumer and COPY at the same time."""
    count = 50_000 if quick else 300_000
    with place() as here:
        tape = record(here.folder / "tape", 4, count)
        with Load(here, tape.file) as load:
            load.say("burst", count)
            results.add("road_floor", asyncio.run(_copy(here, count)), "touchpoints/s")


async def _copy(here: Place, count: int) -> float:
    consumer = AIOKafkaConsumer(
        *map(touchpoints_topic, CHANNELS),
        bootstrap_servers=here.kafka,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    await consumer.start()
    connection = await psycopg.AsyncConnection.connect(here.dsn)
    try:
        await connection.execute(_TABLE)
        return await _consume(consumer, connection, count)
    finally:
        await consumer.stop()
        await connection.close()


async def _consume(
    consumer: AIOKafkaConsumer, connection: "psycopg.AsyncConnection[Any]", count: int
) -> float:
    done, began = 0, 0.0
    while done < count:
        polled = await consumer.getmany(timeout_ms=500, max_records=BATCH)
        records = [record for part in polled.values() for record in part]
        began = began or time.monotonic()
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(["text", "int4", "int8", "bytea"])
            for r in records:
                await copy.write_row((r.topic, r.partition, r.offset, r.value))
        await connection.commit()
        done += len(records)
    return done / (time.monotonic() - began)
