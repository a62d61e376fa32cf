"""The timer role: does what is due, when its time has come."""

import asyncio
from contextlib import closing
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.adapters.postgres.command_store import PostgresCommandStore
from hub.adapters.postgres.leases import PostgresLeases
from hub.adapters.postgres.recorder import open_recorder
from hub.application.intake import StoreUnavailableError
from hub.application.timer import Due, Timer
from hub.bootstrap.configured import configured_of
from hub.bootstrap.deciding import rules_of
from hub.bootstrap.engines import reading_engine_of
from hub.bootstrap.parts import database_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings
from projections.queries.due import due

log = structlog.get_logger("touchline.timer")

LOOK_SECONDS: Final = 1.0
AT_ONCE: Final = 200


async def run_timer(settings: Settings, stop: asyncio.Event) -> None:
    """Look every second what is due, and do it, until `stop` is set."""
    clock = SystemClock()
    recorder = open_recorder(database_of(settings))
    engine = reading_engine_of(settings)
    with closing(recorder.datastore), configured_of(settings, recorder) as configured:
        store = PostgresCommandStore(recorder, clock)
        leases = PostgresLeases(recorder.datastore)
        rules = rules_of(settings, configured, recorder.datastore)
        timer = Timer(store, leases, rules, clock)
        try:
            await _run(timer, engine, stop)
        finally:
            await engine.dispose()


async def _run(timer: Timer, engine: AsyncEngine, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await _round(timer, engine)
        except (StoreUnavailableError, SQLAlchemyError, OSError) as error:
            log.warning("timer_waits", error=type(error).__name__)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await stop.wait()
        except TimeoutError:
            continue


async def _round(timer: Timer, engine: AsyncEngine) -> None:
    """All that is due, page by page: what others are at must not hide the rest."""
    now, last = timer.clock.now(), None
    lost_after = timer.rules.call_lost_after
    while True:
        async with engine.connect() as connection:
            found = await due(connection, now, AT_ONCE, last, lost_after=lost_after)
        if found:
            last = found[-1]
            fired = await asyncio.to_thread(timer.ring, [Due(i, at) for at, i in found])
            log.info("timer_rang", due=len(found), fired=fired)
        if len(found) < AT_ONCE:
            return
