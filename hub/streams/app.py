"""One Faust app: its settings, and the agent that hands batches to a handler."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import faust
import structlog
from faust.types import StreamT

from events import codec
from events.catalog import EVENTS_TOPIC
from hub.streams.transport import BUFFER, BatchApp

log = structlog.get_logger("touchline.streams")

STOP_SECONDS: Final = 10.0
"""Longest shutdown of an app; what was not committed comes again."""

R = TypeVar("R")

Handler = Callable[[Sequence[R]], Awaitable[None]]
"""Handles a batch, in order within each slice."""

Reader = Callable[[Sequence[tuple[str, bytes]], bytes], R]
"""Reads a Kafka message's headers and value, or raises `UndecodableError`."""


def create_app(name: str, bootstrap: str, state: Path) -> BatchApp:
    """A Faust app that keeps nothing itself: no tables, no leader, no topics."""
    brokers = ";".join(f"kafka://{address}" for address in bootstrap.split(","))
    # Faust makes its folder, and not those above it.
    state.mkdir(parents=True, exist_ok=True)
    return BatchApp(
        name,
        broker=brokers,
        store="memory://",
        datadir=state,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        broker_max_poll_records=4000,
        stream_buffer_maxsize=BUFFER,
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        value_serializer="raw",
        key_serializer="raw",
    )


def batch_agent(app: BatchApp, handler: Handler[R], read: Reader[R]) -> None:
    """Subscribe to the event topic; nothing that the handler raises escapes."""
    topic = app.topic(EVENTS_TOPIC, value_serializer="raw", key_serializer="raw")

    @app.agent(topic, isolated_partitions=True, name=f"{app.conf.id}-agent")
    async def agent(stream: StreamT[Any]) -> None:
        async for records in stream:
            found = decoded(records, read)
            try:
                await handler(found)
            except Exception:
                # The watermark stays where it is: the gap heals from the store.
                log.exception("stream_batch_failed", events=len(found))


def decoded(records: Sequence[Any], read: Reader[R]) -> list[R]:
    """What is read of raw records; what is none of ours is left to the heal."""
    found = []
    for record in records:
        try:
            found.append(read(record.headers, record.value))
        except codec.UndecodableError:
            log.exception("stream_record_ignored", offset=record.offset)
    return found


async def run_app(app: faust.App, stop: asyncio.Event) -> None:
    """Run the worker's service until `stop` is set or it crashes.

    Raises:
        Exception: what crashed it.
    """
    try:
        # Not `async with`: a start that fails half-way has threads to stop, too.
        await app.start()
        crashed = asyncio.ensure_future(app._crashed.wait())  # noqa: SLF001
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({crashed, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (crashed, stopping):
            task.cancel()
    finally:
        await _stopped(app)
    if app.crash_reason is not None:
        raise app.crash_reason


async def _stopped(app: faust.App) -> None:
    """Stop, bounded: without a coordinator Faust's shutdown may take for ever."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await app.stop()
    except TimeoutError:
        log.warning("stream_stop_given_up", seconds=STOP_SECONDS)
