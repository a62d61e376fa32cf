"""Feed intake from Kafka; offsets live in the store, not in the consumer group."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from typing_extensions import override

from hub.application.intake import (
    Intake,
    Message,
    StoreConflictError,
    StoreUnavailableError,
)
from hub.runtime.pacing import Pace

log = structlog.get_logger("touchline.intake")

GROUP: Final = "touchline-intake"
POLL_MS: Final = 200
COMMIT_SECONDS: Final = 1.0
PACE_SECONDS: Final = 0.05
BACK_OFF_SECONDS: Final = (0.1, 0.5, 1.0, 2.0, 5.0)

Records = dict[TopicPartition, list[ConsumerRecord]]


class WrongBrokerError(Exception):
    """The store knows offsets that this broker does not have: another broker."""


class IntakeConsumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Polls, processes in one thread, and seeks from the tracked offsets."""

    def __init__(
        self,
        bootstrap: str,
        cluster: str,
        topics: Sequence[str],
        intake: Intake,
        *,
        batch: int,
    ) -> None:
        self._bootstrap = bootstrap
        self._cluster = cluster
        self._topics = list(topics)
        self._intake = intake
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._failure: Exception | None = None
        self._uncommitted: dict[TopicPartition, int] = {}
        self._committed_at = 0.0
        self._batch = batch
        self._pace = Pace(PACE_SECONDS, enough=batch)

    async def run(self, stop: asyncio.Event) -> None:
        """Take in messages until `stop` is set; finish the batch in hand.

        Raises:
            WrongBrokerError: see there.
        """
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=8 * 1024 * 1024,
            fetch_max_wait_ms=50,
            max_poll_interval_ms=600_000,
        )
        try:
            await self._consumer.start()
            self._consumer.subscribe(self._topics, listener=self)
            while not stop.is_set():
                await self._step(stop)
        finally:
            await self._consumer.stop()
            self._pool.shutdown()

    async def _step(self, stop: asyncio.Event) -> None:
        records = await self._poll()
        if self._failure is not None:
            raise self._failure
        messages = [self._message(r) for part in records.values() for r in part]
        if messages:
            began = asyncio.get_running_loop().time()
            await self._process(stop, messages)
            self._pace.done(len(messages), began)
            self._note(messages)
        await self._commit()

    async def _poll(self) -> Records:
        """The next messages: all that came before this call.

        Nothing is fetched during a batch and its rest: such a fetch would bring what
        had come up to then, and no other is sent until that one is read.
        """
        await self._pace.wait()
        self._consumer.resume(*self._consumer.assignment())
        found: Records = await self._consumer.getmany(
            timeout_ms=POLL_MS, max_records=self._batch
        )
        self._consumer.pause(*self._consumer.assignment())
        return found

    def _message(self, record: ConsumerRecord) -> Message:
        return Message(
            self._cluster,
            record.topic,
            record.partition,
            record.offset,
            record.value or b"",
        )

    async def _process(self, stop: asyncio.Event, messages: list[Message]) -> None:
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            try:
                return await loop.run_in_executor(
                    self._pool, self._intake.process, messages
                )
            except (StoreUnavailableError, StoreConflictError) as error:
                pause = BACK_OFF_SECONDS[min(attempt, len(BACK_OFF_SECONDS) - 1)]
                attempt += 1
                log.warning("intake_waits", error=type(error).__name__, pause=pause)
                await _pause(stop, pause)
                if stop.is_set():
                    # Nothing is lost: the tracked offset is where we start again.
                    return None

    def _note(self, messages: list[Message]) -> None:
        for m in messages:
            self._uncommitted[TopicPartition(m.topic, m.partition)] = m.offset + 1

    async def _commit(self) -> None:
        """Tell Kafka too, for tools that show lag; the store is what counts."""
        now = asyncio.get_running_loop().time()
        if not self._uncommitted or now - self._committed_at < COMMIT_SECONDS:
            return
        self._committed_at = now
        offsets, self._uncommitted = self._uncommitted, {}
        try:
            await self._consumer.commit(offsets)
        except KafkaError as error:
            log.debug("intake_commit_skipped", error=type(error).__name__)

    @override
    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """An unfinished batch meets the tracking of its successor."""
        self._uncommitted.clear()

    @override
    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Seek to the tracked offsets."""
        if not assigned:
            return
        try:
            await self._seek(assigned)
        except Exception as error:  # noqa: BLE001  (raised again by the next step)
            self._failure = error

    async def _seek(self, assigned: set[TopicPartition]) -> None:
        names = {self._name(tp): tp for tp in assigned}
        loop = asyncio.get_running_loop()
        tracked = await loop.run_in_executor(self._pool, self._tracked, list(names))
        first = await self._consumer.beginning_offsets(list(assigned))
        end = await self._consumer.end_offsets(list(assigned))
        for name, tp in names.items():
            offset = tracked.get(name, first[tp])
            _check(name, offset, first[tp], end[tp])
            self._consumer.seek(tp, max(offset, first[tp]))

    def _name(self, tp: TopicPartition) -> str:
        return Message(self._cluster, tp.topic, tp.partition, 0, b"").source

    def _tracked(self, names: list[str]) -> dict[str, int]:
        with self._intake.store.optimistic() as unit:
            return unit.tracked(names)


def _check(name: str, offset: int, first: int, end: int) -> None:
    if offset > end:
        reason = (
            f"the store has read {name} up to {offset}, but it ends at {end}: this is "
            f"another broker, or its data was lost. Start with the right broker."
        )
        raise WrongBrokerError(reason)
    if offset < first:
        log.error("touchpoints_expired_unread", source=name, lost=first - offset)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
