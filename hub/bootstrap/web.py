"""The web role: the desk's application on uvicorn."""

import asyncio
import gc
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import uvicorn

from hub.adapters.postgres.accounts import PostgresAccounts
from hub.adapters.postgres.changes import PostgresChanges
from hub.adapters.postgres.drafts import PostgresDrafts
from hub.adapters.postgres.keys import installation_key
from hub.adapters.postgres.links import PostgresLinks
from hub.adapters.postgres.pooled import people_pool
from hub.adapters.postgres.presence import PostgresAttendance
from hub.adapters.postgres.sessions import PostgresSessions
from hub.adapters.postgres.uploads import PostgresUploads
from hub.adapters.remote_images import RemoteImages
from hub.application.beginning import AgentBeginning
from hub.application.calls import AgentCalls
from hub.application.configuring import ConfigurationDesk
from hub.application.customers import CustomerDesk
from hub.application.drafts import Leftovers
from hub.application.identifying import Identifying
from hub.application.linking import Linking
from hub.application.spam import SpamDesk
from hub.application.staff import StaffOffice
from hub.application.writing import AgentWriting
from hub.bootstrap.deciding import desk_of
from hub.bootstrap.engines import reading_engine_of
from hub.bootstrap.parts import blobs_of, database_of, sender_name_of
from hub.bootstrap.people import attempts_of, letters_of, sign_on_of
from hub.bootstrap.purging import purge_drafts
from hub.bootstrap.status import status_of
from hub.runtime.clock import SystemClock
from hub.runtime.settings import Settings
from hub.web.app import create_app
from hub.web.live import LiveFeed
from hub.web.live import stop as stop_task
from hub.web.presence import Presence
from hub.web.services import DemoPerson, WebServices

GRACE_SECONDS: Final = 10


async def run_web(settings: Settings, stop: asyncio.Event) -> None:
    """Serve pages, API and live views until `stop` is set; then drain."""
    async with AsyncExitStack() as stack:
        engine = reading_engine_of(settings)
        stack.push_async_callback(engine.dispose)
        clock = SystemClock()
        pool = await stack.enter_async_context(people_pool(database_of(settings)))
        accounts = PostgresAccounts(pool, clock)
        secret = installation_key(database_of(settings), "session_hmac")
        feed = LiveFeed(PostgresChanges(database_of(settings)))
        desk = stack.enter_context(desk_of(settings))
        services = WebServices(
            engine=engine,
            desk=desk,
            calls=AgentCalls(desk.commands),
            configured=desk.commands.rules.configured,
            configuring=ConfigurationDesk(
                desk.commands, accounts, settings.default_region
            ),
            writing=AgentWriting(desk.commands),
            beginning=AgentBeginning(desk.commands),
            linking=Linking(desk.commands),
            customers=CustomerDesk(desk.commands),
            spam=SpamDesk(desk.commands),
            identification=Identifying(desk.commands),
            accounts=accounts,
            sessions=PostgresSessions(pool, clock),
            attempts=attempts_of(settings, pool),
            staff=StaffOffice(desk.commands),
            links=PostgresLinks(pool, clock),
            letters=letters_of(settings),
            sign_on=sign_on_of(settings, pool),
            feed=feed,
            clock=clock,
            settings=settings,
            status=partial(status_of, settings),
            blobs=blobs_of(settings),
            drafts=PostgresDrafts(pool, clock),
            uploads=PostgresUploads(pool, clock),
            presence=Presence(PostgresAttendance(pool)),
            remote_images=RemoteImages(),
            demo_people=await _demo_people(settings, accounts),
            demo_secret=secret,
            sender_name=sender_name_of(settings),
        )
        leftovers = Leftovers(services.drafts, services.uploads, services.blobs)
        days = settings.retention.draft_days
        purging = asyncio.create_task(
            purge_drafts(leftovers, clock, days), name="purging"
        )
        stack.push_async_callback(stop_task, purging)
        await _serve(services, stop)


async def _demo_people(
    settings: Settings, accounts: PostgresAccounts
) -> tuple[DemoPerson, ...]:
    if not settings.web.demo_links:
        return ()
    return tuple(
        DemoPerson(person.name, person.display_name, ", ".join(sorted(person.roles)))
        for person in await accounts.people()
        if not person.disabled
    )


async def _serve(services: WebServices, stop: asyncio.Event) -> None:
    web = services.settings.web
    config = uvicorn.Config(
        create_app(services),
        host=web.host,
        port=web.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    # Signals are the caller's: it sets `stop`.
    serving = asyncio.ensure_future(server._serve())  # noqa: SLF001
    # A full collection over many idle connections would stall all of them.
    gc.freeze()
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    services.feed.close()
    server.should_exit = True
    await serving
