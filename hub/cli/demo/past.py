"""Loads the day: what customers did through the connectors, what agents did in turn.

Everything has ids that follow from when the day was, so a load that was interrupted
is simply done again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from connectors.sdk.accept import IMPORT, accept
from connectors.sdk.connector import Connector
from events import ids
from events.touchpoint import Identifier
from hub.application.desk import reply_id
from hub.application.errors import CommandError
from hub.application.ports import Desk, Identification
from hub.cli.demo.content import Conversation, Customer, Scene, Step
from hub.cli.demo.inputs import Arrival, Moment, arrivals
from hub.cli.demo.letters import Before, message_id
from hub.cli.output import Fault
from hub.domain.handing_over import Actor
from projections.interaction_view import MESSAGES
from projections.queries import search

__all__ = ["Past", "Story"]

VISIBLE_SECONDS: Final = 120.0
"""How long the read models may take to show what was published (seconds)."""


@dataclass(slots=True)
class Story:
    """A conversation being told: how far it is, and what a thread needs to know."""

    told: Conversation
    who: Customer
    key: str
    steps: list[Step]
    before: Before = field(default_factory=Before)
    contact: UUID | None = None
    count: int = 0

    def take_while(self, wanted: Callable[[Step], bool]) -> list[Step]:
        """The next steps of one side."""
        taken = []
        while self.steps and wanted(self.steps[0]):
            taken.append(self.steps.pop(0))
        return taken


@dataclass(frozen=True, slots=True)
class Past:
    """The day that ended at `ended`, told in rounds of customers and agents."""

    scene: Scene
    ended: datetime
    connectors: Mapping[str, Connector[Any]]
    desk: Callable[[datetime], Desk]
    engine: AsyncEngine
    identification: Identification

    async def tell(self, advance: Callable[[int], None]) -> None:
        """Load everything; `advance` hears of each step that is done.

        Raises:
            Fault: the read models do not come after.
        """
        stories = [self._story(told) for told in self.scene.day]
        while any(story.steps for story in stories):
            await self._customers(stories, advance)
            await self._agents(stories, advance)

    def _story(self, told: Conversation) -> Story:
        slug = "-".join(told.name.replace(",", "").split())
        key = f"{slug}-{self.ended:%Y%m%d%H%M%S}"
        who = self.scene.customers[told.customer]
        return Story(told, who, key, list(told.steps))

    async def _customers(
        self, stories: Sequence[Story], advance: Callable[[int], None]
    ) -> None:
        found: list[Arrival] = []
        for story in stories:
            for step in story.take_while(lambda step: not step.agent):
                found += self._happens(story, step)
                advance(1)
        for arrival in sorted(found, key=lambda one: one.at):
            # History: nobody waits for an acknowledgement of this morning's mail.
            context = {**arrival.raw.context, "source": IMPORT}
            raw = replace(arrival.raw, context=context)
            await accept(self.connectors[arrival.connector], raw)
        await self._visible({one.contact for one in found if one.contact})

    def _happens(self, story: Story, step: Step) -> Sequence[Arrival]:
        story.count += 1
        moment = Moment(self._at(step), f"{story.key}-{story.count}")
        found = arrivals(self.scene, story.who, step, moment, story.before)
        if step.email and not step.email.bounce:
            mine = message_id(story.who, moment.key)
            theirs = (*story.before.theirs, mine)
            story.before = Before(theirs, story.before.ours)
        story.contact = found[0].contact or story.contact
        return found

    def _at(self, step: Step) -> datetime:
        return self.ended - timedelta(minutes=step.at)

    async def _visible(self, contacts: set[UUID]) -> None:
        try:
            async with asyncio.timeout(VISIBLE_SECONDS):
                # Nobody tells this process: it has to look.
                while len(await self._interactions(contacts)) < len(contacts):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise Fault(
                f"Contacts of the day are missing after {VISIBLE_SECONDS:.0f} s.",
                hint="touchline status shows where they are; the logs say why.",
            ) from None

    async def _interactions(self, contacts: set[UUID]) -> dict[UUID, UUID]:
        query = sa.select(MESSAGES.c.touchpoint_id, MESSAGES.c.interaction_id)
        async with self.engine.connect() as connection:
            rows = await connection.execute(
                query.where(MESSAGES.c.touchpoint_id.in_(contacts))
            )
            return {row.touchpoint_id: row.interaction_id for row in rows}

    async def _agents(
        self, stories: Sequence[Story], advance: Callable[[int], None]
    ) -> None:
        latest = {story.contact for story in stories if story.contact}
        found = await self._interactions(latest)
        for story in stories:
            for step in story.take_while(lambda step: bool(step.agent)):
                if story.contact in found:
                    await self._works(story, step, found[story.contact])
                advance(1)

    async def _works(self, story: Story, step: Step, interaction: UUID) -> None:
        story.count += 1
        try:
            await self._does(story, step, interaction)
        except CommandError:
            # It was done when this day was loaded before and interrupted.
            return
        if step.reply:
            sent = reply_id(interaction, _request(story, interaction))
            ours = f"<{sent}@{self.scene.domain()}>"
            story.before = Before(story.before.theirs, ours)

    async def _does(self, story: Story, step: Step, interaction: UUID) -> None:
        desk = self.desk(self._at(step))
        if step.take:
            await desk.take(interaction, step.take)
        elif step.put_back:
            await desk.put_back(interaction, Actor(step.put_back))
        elif step.close:
            await desk.close(interaction, Actor(step.close), step.disposition)
        elif step.share:
            await self._share(story.who.phone, step.share)
        else:
            request = _request(story, interaction)
            await desk.reply(interaction, step.reply, step.text, request=request)

    async def _share(self, number: str, agent: str) -> None:
        known = Identifier("phone", number, number)
        async with self.engine.connect() as connection:
            owner = await search.owner(connection, self.identification.key(known))
        if owner is not None:
            await self.identification.share(owner, agent, known)


def _request(story: Story, interaction: UUID) -> UUID:
    return ids.derived(interaction, f"{story.key}-{story.count}")
