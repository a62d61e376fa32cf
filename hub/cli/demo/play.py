"""`touchline demo`: settings, a whole hub, the day, and what comes after it."""

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

import httpx

from connectors.sms.provider_fake import Message
from hub.application.desk import AgentDesk
from hub.bootstrap.connecting import Resources, build, open_resources
from hub.bootstrap.parts import CHANNELS
from hub.bootstrap.services import Services, open_services
from hub.cli import running, stack
from hub.cli.demo.colleagues import Colleagues
from hub.cli.demo.configuring import configure
from hub.cli.demo.content import scene
from hub.cli.demo.delivering import Delivery
from hub.cli.demo.past import Past
from hub.cli.demo.place import Place
from hub.cli.demo.present import Present
from hub.cli.demo.sinks import sinks
from hub.cli.demo.welcome import add_people, welcome
from hub.cli.output import note, progress
from hub.cli.stack import Stack
from hub.runtime.clock import FixedClock, SystemClock
from hub.runtime.logging import configure_logging
from hub.runtime.settings import Settings, load_settings

__all__ = ["run"]


def run() -> None:
    """Run the demo until Ctrl-C or SIGTERM.

    Raises:
        Fault: the data directory holds other data, or another hub runs on it.
    """
    folder = load_settings().data_dir
    with running.alone(folder):
        place = Place.opened(folder)
        config = place.write_settings(scene())
        place.save()
        # This process and its children shall read the same settings.
        os.environ["TOUCHLINE_CONFIG"] = str(config.resolve())  # noqa: TID251
        settings = load_settings()
        configure_logging("WARNING", json=False)
        stack.serve(settings, first=_people, then=Show(place).go_on)


async def _people(settings: Settings) -> None:
    async with open_services(settings) as services:
        await add_people(services, scene())
        await configure(services)


class Show:
    """The demo above a running hub."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._clock = SystemClock()
        self._heard: Present | None = None

    async def go_on(self, stack: Stack) -> None:
        """Load the day if this is the first start, then go on until cancelled."""
        async with AsyncExitStack() as opened:
            services = await opened.enter_async_context(open_services(stack.settings))
            await opened.enter_async_context(
                sinks(self._place, self._clock, self._mail, self._text)
            )
            client = await opened.enter_async_context(
                httpx.AsyncClient(trust_env=False)
            )
            if not self._place.loaded:
                await self._load(services)
            welcome(stack, self._place, scene())
            await self._live(services, client)

    async def _load(self, services: Services) -> None:
        async with open_resources(services.settings) as shared:
            await self._tell(services, shared)

    async def _tell(self, services: Services, shared: Resources) -> None:
        # Kept at once: a load that is interrupted is done again for the same day.
        self._place.day = self._place.day or self._clock.now()
        self._place.save()
        settings = services.settings
        told = Past(
            scene=scene(),
            ended=self._place.day,
            connectors={name: build(name, settings, shared) for name in CHANNELS},
            desk=lambda at: _desk_at(services.desk, at),
            engine=services.engine,
            identification=services.identification,
        )
        steps = sum(len(one.steps) for one in scene().day)
        note("Loading a day at Cairnwood Outdoor ...")
        with progress("A day", steps) as advance:
            await told.tell(advance)
        self._place.loaded = True
        self._place.save()

    async def _live(self, services: Services, client: httpx.AsyncClient) -> None:
        delivery = Delivery(self._place, self._clock, client)
        self._heard = Present(scene(), self._place, self._clock, delivery)
        colleagues = Colleagues(scene(), self._clock, services.desk, services.engine)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._heard.run())
            tasks.create_task(colleagues.work())

    # While the day is loaded nobody listens: its customers have said it all.
    def _mail(self, message: EmailMessage) -> None:
        if self._heard:
            self._heard.mail_heard(message)

    def _text(self, message: Message) -> None:
        if self._heard:
            self._heard.text_heard(message)


def _desk_at(desk: AgentDesk, at: datetime) -> AgentDesk:
    """The desk as it was when the story happened."""
    return AgentDesk(replace(desk.commands, clock=FixedClock(at)))
