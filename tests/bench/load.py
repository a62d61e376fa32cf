"""The load: a process that plays a tape into the touchpoint topics at a given pace.

    python -m tests.bench.load TAPE BOOTSTRAP

reads `rate N` lines (messages per second; 0 pauses) and `burst N` lines (send N
messages as fast as Kafka takes them) and writes one JSON line per probe (an opening
message now and then: when it was published, and where it will be seen) and per second
(how much was sent).
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaProducer

from events.catalog import touchpoints_topic
from hub.adapters.kafka.bulk import Bulk
from hub.adapters.kafka.publisher import start_producer
from tests.bench.tape import played
from tests.bench.traffic import Message

TICK = 0.05
PROBE_SECONDS = 0.1
TELL_SECONDS = 0.5


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


@dataclass(slots=True)
class Load:
    """Sends at `rate`; owes what time has brought."""

    producer: AIOKafkaProducer
    tape: Iterator[Message]
    rate: float = 0.0
    owed: float = 0.0
    sent: int = 0
    acknowledged: int = 0
    probed_at: float = 0.0

    async def pace(self) -> None:
        """Send what is due, many times a second, for ever."""
        last = time.monotonic()
        told = last
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            self.owed += self.rate * (now - last)
            last = now
            due, self.owed = int(self.owed), self.owed % 1
            await self.send(due)
            if now - told >= TELL_SECONDS:
                told = now
                self.tell()

    async def burst(self, count: int) -> None:
        """Send many at once and wait until Kafka has them."""
        await self.send(count)
        self.tell()

    def tell(self) -> None:
        """Say how much was sent."""
        _say(sent=self.sent, acknowledged=self.acknowledged, at=time.time())

    async def send(self, count: int) -> None:
        """Send the next messages of the tape; return when Kafka has them."""
        bulk = Bulk(self.producer)
        for _ in range(count):
            message = next(self.tape, None)
            if message is None:
                raise EOFError("the tape has ended")
            topic = touchpoints_topic(message.channel)
            await bulk.add(topic, message.partition, [], message.value)
            self.sent += 1
            self.acknowledged += message.acknowledged
            if message.opens and time.monotonic() - self.probed_at > PROBE_SECONDS:
                self.probed_at = time.monotonic()
                names = (message.touchpoint, message.interaction)
                _say(probe=[name.hex for name in names], at=time.time())
        await bulk.acknowledged()


async def _commands(load: Load) -> None:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        word, number = line.decode().split()
        if word == "rate":
            load.rate = float(number)
            load.tell()
        else:
            await load.burst(int(number))


async def _main(tape: str, bootstrap: str) -> None:
    producer = await start_producer(bootstrap, idempotent=True)
    load = Load(producer, played(Path(tape)))
    async with asyncio.TaskGroup() as group:
        pacing = group.create_task(load.pace())
        await _commands(load)
        pacing.cancel()
    await producer.stop()


if __name__ == "__main__":
    uvloop.run(_main(*sys.argv[1:3]))
