"""The floor: the same messages, consumed with aiokafka and copied into one table."""

import asyncio
import time
from typing import Any

import psycopg
from aiokafka import AIOKafkaConsumer

from events.catalog import touchpoints_topic
from tests.bench.place import place
from tests.bench.results import Results
from tests.bench.tape import CHANNELS, record
from tests.bench.watch import Load

_TABLE = "CREATE TABLE floor (topic text, partition int, place bigint, message bytea)"
_COPY = "COPY floor FROM STDIN (FORMAT binary)"


def measure(results: Results, *, quick: bool) -> None:
    """What no road can beat on this machine."""
    count = 30_000 if quick else 200_000
    with place() as here:
        tape = record(here.folder / "tape", 4, count)
        with Load(here, tape.file) as load, here.connect() as connection:
            connection.execute(_TABLE)
            load.say("burst", count)
            seconds = asyncio.run(_copy(here.kafka, connection, count))
    results.add("road_floor", count / seconds, "touchpoints/s")


async def _copy(kafka: str, connection: "psycopg.Connection[Any]", count: int) -> float:
    """Consume and copy everything; the seconds since the first message."""
    consumer = AIOKafkaConsumer(
        *map(touchpoints_topic, CHANNELS),
        bootstrap_servers=kafka,
        group_id="floor",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        done, began = 0, 0.0
        while done < count:
            batches = await consumer.getmany(timeout_ms=500, max_records=5000)
            records = [record for batch in batches.values() for record in batch]
            if records:
                began = began or time.monotonic()
                await asyncio.to_thread(_insert, connection, records)
                done += len(records)
    finally:
        await consumer.stop()
    return time.monotonic() - began


def _insert(connection: "psycopg.Connection[Any]", records: list[Any]) -> None:
    with connection.cursor().copy(_COPY) as copy:
        copy.set_types(["text", "int4", "int8", "bytea"])
        for one in records:
            copy.write_row((one.topic, one.partition, one.offset, one.value))
