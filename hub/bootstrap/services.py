"""What commands of the command line work with, opened for one run."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sealing import PlainSealer
from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.reader import StoreReader
from hub.application.accounts import Accounts
from hub.application.ports import Desk
from hub.bootstrap.parts import database_of, desk_of, engine_of, reader_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings
from projections.catalog import LIVE
from projections.driver import Driver


@dataclass(frozen=True, slots=True)
class Services:
    """The hub, as its operators' commands see it."""

    settings: Settings
    engine: AsyncEngine
    desk: Desk
    store: StoreReader
    accounts: Accounts
    driver: Driver


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open everything; close it when the context ends.

    Raises:
        NotConfiguredError: the database is not set.
    """
    async with AsyncExitStack() as stack:
        engine = engine_of(settings, size=4)
        stack.push_async_callback(engine.dispose)
        clock = SystemClock()
        yield Services(
            settings=settings,
            engine=engine,
            desk=desk_of(settings),
            store=await stack.enter_async_context(reader_of(settings)),
            accounts=await stack.enter_async_context(
                PostgresAccounts.opened(database_of(settings), clock)
            ),
            driver=Driver(engine, LIVE, PlainSealer(), clock),
        )
