"""The roles streams and search: events from Kafka into two groups of read models."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from events import wire
from hub.bootstrap.engines import engine_of
from hub.bootstrap.parts import kafka_of, reader_of
from hub.bootstrap.sealing import opening_of
from hub.runtime.clock import SystemClock
from hub.runtime.pacing import Pace
from hub.runtime.settings import Settings
from hub.streams.app import batch_agent, create_app, run_app
from hub.streams.healing import Healer
from hub.streams.merging import Merging
from hub.streams.projecting import Projecting
from projections.catalog import LIVE, SEARCH
from projections.contract import Projection
from projections.driver import Driver


@dataclass(frozen=True, slots=True)
class Group:
    """Read models that are driven together, and how often a round begins (s).

    `consumer` is their consumer group. Rounds of `enough` events and more count as
    large: the next one follows at once. Live views hear of it if `notify`.
    """

    consumer: str
    projections: Sequence[Projection]
    seconds: float
    enough: int
    notify: bool


_LIVE: Final = Group("touchline-streams", LIVE, 0.025, 300, notify=True)
_SEARCH: Final = Group("touchline-search", SEARCH, 0.25, 1000, notify=False)


async def run_streams(settings: Settings, stop: asyncio.Event) -> None:
    """Events from Kafka into the read models that live views show."""
    await _run(_LIVE, settings, stop)


async def run_search(settings: Settings, stop: asyncio.Event) -> None:
    """Events from Kafka into the search index."""
    await _run(_SEARCH, settings, stop)


async def _run(driven: Group, settings: Settings, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        engine = engine_of(settings)
        stack.push_async_callback(engine.dispose)
        source = await stack.enter_async_context(reader_of(settings))
        driver = Driver(
            engine,
            driven.projections,
            await asyncio.to_thread(opening_of, settings),
            SystemClock(),
            notify=driven.notify,
        )
        await driver.prepare()
        projecting = Projecting(
            driver,
            source,
            batch=settings.streams.batch,
            hold_seconds=settings.streams.hold_seconds,
        )
        healer = projecting.healer = Healer(projecting)
        state = settings.data_dir / driven.consumer.removeprefix("touchline-")
        app = create_app(driven.consumer, kafka_of(settings), state)
        pace = Pace(driven.seconds, enough=driven.enough)
        batch_agent(app, Merging(projecting.handle, pace).handle, wire.stored_from)
        async with asyncio.TaskGroup() as group:
            group.create_task(healer.run(stop))
            group.create_task(run_app(app, stop))
