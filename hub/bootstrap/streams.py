"""The streams role: events from Kafka into the read models."""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

from events import wire
from events.sealing import PlainSealer
from hub.bootstrap.engines import engine_of
from hub.bootstrap.parts import kafka_of, reader_of
from hub.runtime.clock import SystemClock
from hub.runtime.pacing import Pace
from hub.runtime.settings import Settings
from hub.streams.app import batch_agent, create_app, run_app
from hub.streams.healing import Healer
from hub.streams.merging import Merging
from hub.streams.projecting import Projecting
from projections.catalog import LIVE
from projections.driver import Driver

GROUP: Final = "touchline-streams"
PACE_SECONDS: Final = 0.025
ENOUGH: Final = 300
"""Events from which on a round is large: the next one follows at once."""


async def run_streams(settings: Settings, stop: asyncio.Event) -> None:
    """Events from Kafka into the read models."""
    async with AsyncExitStack() as stack:
        engine = engine_of(settings)
        stack.push_async_callback(engine.dispose)
        source = await stack.enter_async_context(reader_of(settings))
        driver = Driver(engine, LIVE, PlainSealer(), SystemClock())
        await driver.prepare()
        projecting = Projecting(
            driver,
            source,
            batch=settings.streams.batch,
            hold_seconds=settings.streams.hold_seconds,
        )
        healer = projecting.healer = Healer(projecting)
        app = create_app(GROUP, kafka_of(settings), settings.data_dir / "streams")
        pace = Pace(PACE_SECONDS, enough=ENOUGH)
        batch_agent(app, Merging(projecting.handle, pace).handle, wire.stored_from)
        async with asyncio.TaskGroup() as group:
            group.create_task(healer.run(stop))
            group.create_task(run_app(app, stop))
