"""The demo's agents, who lend a hand so that the queues do not overflow."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import ids
from hub.application.errors import CommandError
from hub.application.ports import Desk
from hub.cli.demo.content import Customer, Scene
from hub.cli.demo.letters import said
from hub.domain.handing_over import Actor
from hub.runtime.clock import Clock
from projections.queue_board import TABLE as BOARD

__all__ = ["Colleagues"]

ENOUGH_WAITING: Final = 14
"""Up to so many may wait for those who try the demo."""

WRAP_UP_SECONDS: Final = 45
COLUMNS: Final = [
    BOARD.c[name]
    for name in ("interaction_id", "channel", "queue", "agent", "sender", "contacts")
]

_log = structlog.get_logger("touchline.demo")


@dataclass(frozen=True, slots=True)
class Colleagues:
    """They answer what waits longest, and end their own calls' wrap-up."""

    scene: Scene
    clock: Clock
    desk: Desk
    engine: AsyncEngine
    pace: tuple[float, float] = (15, 30)
    # Who says what is no secret.
    chance: random.Random = field(default_factory=random.Random)

    async def work(self) -> None:
        """Work until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(*self.pace))
            try:
                await self._lend_a_hand()
                await self._finish_calls()
            except (CommandError, SQLAlchemyError, OSError) as error:
                _log.warning("no work done", reason=type(error).__name__)

    async def _lend_a_hand(self) -> None:
        waiting = await self._board(
            sa.and_(BOARD.c.state == "waiting", BOARD.c.for_group == "")
        )
        written = [row for row in waiting if row.channel != "phone"]
        if len(written) <= ENOUGH_WAITING:
            return
        row = written[0]
        agent = self._agent_of(row.queue)
        await self.desk.take(row.interaction_id, agent)
        text = self._words(row, agent)
        request = ids.derived(row.interaction_id, f"demo-{row.contacts}")
        await self.desk.reply(row.interaction_id, agent, text, request=request)
        await self.desk.close(row.interaction_id, Actor(agent), "solved")

    async def _finish_calls(self) -> None:
        """Agents leave the wrap-up of the demo's own calls after a while."""
        old = self.clock.now() - timedelta(seconds=WRAP_UP_SECONDS)
        names = {person.username for person in self.scene.people}
        done = sa.and_(BOARD.c.state == "wrap_up", BOARD.c.last_contact_at < old)
        for row in await self._board(done):
            if row.agent in names:
                await self.desk.close(row.interaction_id, Actor(row.agent), "solved")

    async def _board(self, wanted: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        query = sa.select(*COLUMNS).where(wanted)
        async with self.engine.connect() as connection:
            rows = await connection.execute(query.order_by(BOARD.c.waiting_since))
            return rows.all()

    def _agent_of(self, queue: str) -> str:
        people = [one for one in self.scene.people if one.queue == queue]
        return people[0].username if people else "david"

    def _words(self, row: sa.Row[Any], agent: str) -> str:
        known = self.scene.customers.values()
        who = next((c for c in known if row.sender in {c.email, c.phone}), None)
        person = next(one for one in self.scene.people if one.username == agent)
        short = row.channel == "sms"
        texts = self.scene.agent_texts if short else self.scene.agent_replies
        chosen = self.chance.choice(texts).replace("{agent}", person.name)
        return said(chosen, who or Customer(id="", name="there"))
