"""The web application: routes, errors, headers and the live feed's life."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.types import ASGIApp
from typing_extensions import override

from hub.domain.person import ROLES
from hub.web import assets, health
from hub.web.access import requires
from hub.web.api import account as api_account
from hub.web.api import answers as api_answers
from hub.web.api import bulk as api_bulk
from hub.web.api import calls as api_calls
from hub.web.api import commands as api_commands
from hub.web.api import configuration as api_configuration
from hub.web.api import files as api_files
from hub.web.api import identification as api_identification
from hub.web.api import linking as api_linking
from hub.web.api import merging as api_merging
from hub.web.api import metrics as api_metrics
from hub.web.api import people as api_people
from hub.web.api import reads as api_reads
from hub.web.api import search as api_search
from hub.web.api import together as api_together
from hub.web.api import work as api_work
from hub.web.api import writing as api_writing
from hub.web.errors import add_error_handlers
from hub.web.headers import SecurityHeaders
from hub.web.languages import Speaking
from hub.web.live import stop
from hub.web.measuring import Measuring
from hub.web.missed import MissedCalls
from hub.web.pages import (
    account,
    answers,
    beginning,
    board,
    bulk,
    calls,
    commands,
    components,
    configuration,
    content,
    customer,
    drafts,
    interaction,
    join,
    linking,
    live,
    login,
    merging,
    people,
    presence,
    replying,
    search,
    senders,
    sign_on,
    status,
    suggestions,
    wallboard,
    writing,
)
from hub.web.people import People
from hub.web.reconfigured import Reconfigured
from hub.web.services import WebServices
from hub.web.too_large import TooLarge

LARGEST_BODY: Final = 1024 * 1024
"""Bytes of a request: forms and replies; files have a limit of their own."""

_ROUTERS: Final = (
    assets.router,
    health.router,
    login.router,
    sign_on.router,
    account.router,
    live.router,
    board.router,
    bulk.router,
    interaction.router,
    commands.router,
    writing.router,
    beginning.router,
    replying.router,
    presence.router,
    linking.router,
    senders.router,
    suggestions.router,
    content.router,
    answers.router,
    merging.router,
    customer.router,
    search.router,
    drafts.router,
    status.router,
    components.router,
    calls.router,
    wallboard.router,
    api_reads.router,
    api_metrics.router,
    api_search.router,
    api_work.router,
    api_together.router,
    api_bulk.router,
    api_commands.router,
    api_writing.router,
    api_files.router,
    api_answers.router,
    api_configuration.router,
    api_calls.router,
    api_linking.router,
    api_merging.router,
    api_identification.router,
    api_account.router,
    api_people.router,
    join.router,
    people.router,
    # After the people's: their page is one of its addresses.
    configuration.router,
)
_DESCRIPTION: Final = (
    "Log in, or send an API key as `Authorization: Bearer <key>`. Commands answer with"
    " a token; give it to a read as `after`, and the read waits until it shows what"
    " the command did."
)


class _Desk(FastAPI):
    """Every answer has its headers and its language, whatever part of it answers."""

    @override
    def build_middleware_stack(self) -> ASGIApp:
        return Speaking(SecurityHeaders(TooLarge(super().build_middleware_stack())))


def create_app(services: WebServices) -> FastAPI:
    """The desk's application.

    Its lifespan runs the live feed and presence. Call `services.feed.close()` before
    the server waits for its connections, or open streams keep it waiting.
    """
    app = _Desk(
        title="touchline",
        version="1",
        description=_DESCRIPTION,
        openapi_url=None,
        lifespan=_listening,
        max_body_size=LARGEST_BODY,
    )
    app.state.services = services
    app.state.measuring = Measuring(services.status, services.clock)
    app.state.missed = MissedCalls(services)
    app.state.people = People(services.accounts, services.clock, services.sender_name)
    for router in _ROUTERS:
        app.include_router(router)
    add_error_handlers(app)
    _serve_openapi(app)
    return app


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[None]:
    services: WebServices = app.state.services
    listening = asyncio.create_task(services.feed.run(), name="live-feed")
    counting = asyncio.create_task(app.state.missed.run(), name="missed-calls")
    editing = asyncio.create_task(Reconfigured(services).run(), name="configuration")
    telling = asyncio.create_task(services.presence.run(), name="presence")
    try:
        yield
    finally:
        services.feed.close()
        await stop(counting)
        await stop(listening)
        await stop(editing)
        await stop(telling)


def _serve_openapi(app: FastAPI) -> None:
    @app.get(
        "/api/v1/openapi.json",
        dependencies=[requires(*ROLES)],
        include_in_schema=False,
    )
    async def openapi(request: Request) -> dict[str, Any]:
        """The API's description."""
        found: dict[str, Any] = request.app.openapi()
        return found
