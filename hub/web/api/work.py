"""Open work and mentions in the API, with what the board can be asked for."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from hub.application.accounts import Principal
from hub.domain.in_force import InForce
from hub.web.access import DESK, requires
from hub.web.api.models import WorkPage, refusals
from hub.web.reading import BOARD, INTERACTION, reading, wait
from hub.web.services import services
from projections.queries import board, mentions, paging
from projections.queries.mentions import Mention
from projections.queries.ordering import Filter

router = APIRouter(prefix="/api/v1", tags=["interactions"])

_Name = Annotated[str, Field(max_length=64)]
_Cursor = Annotated[str, Field(description="The last answer's `next`.")]
_Limit = Annotated[int, Field(ge=1, le=paging.MOST)]
_After = Annotated[
    str, Field(description="Token of a command: wait up to 3 s until it can be seen.")
]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Notes that call whoever asks; `next` leads to more unless it is empty."""

    items: tuple[Mention, ...]
    next: str


class AskedWork(BaseModel):
    """Which open work, in which order; an empty field leaves nothing out.

    `group` is what waits for it. `mine` is what the asker has in hand, whatever `agent`
    says. With `later` it is what is set aside, the next date first. `sort` is by the
    longest wait, the most urgent, the newest contact or the newest number.
    """

    queue: _Name = ""
    group: _Name = ""
    channel: _Name = ""
    state: Literal["", "waiting", "handling", "wrap_up"] = ""
    agent: _Name = ""
    mine: bool = False
    priority: Literal["", "low", "normal", "high", "urgent"] = ""
    tag: _Name = ""
    later: bool = False
    sort: Literal["wait", "priority", "newest", "number"] = "wait"
    cursor: _Cursor = ""
    limit: _Limit = 50
    after: _After = ""

    def filter(self, now: InForce, asker: str) -> Filter:
        """What that asks of the read model."""
        return Filter(
            queue=self.queue,
            also=now.names_of(self.queue),
            group=self.group,
            channel=self.channel,
            state=self.state,
            agent=asker if self.mine else self.agent,
            priority=self.priority,
            tag=self.tag.casefold(),
            sort=self.sort,
            later=self.later,
        )


class AskedMentions(BaseModel):
    """Which page of them."""

    cursor: _Cursor = ""
    limit: _Limit = 50
    after: _After = ""


@router.get("/work", responses=refusals())
async def work(
    request: Request,
    response: Response,
    person: Annotated[Principal, requires(*DESK, "integrator")],
    asked: Annotated[AskedWork, Query()],
) -> WorkPage:
    """Open work of all queues, or what is asked for of it."""
    await wait(request, response, asked.after, BOARD)
    chosen = asked.filter(services(request).configured.now, person.name)
    async with reading(request) as connection:
        page = await board.work(
            connection, chosen, cursor=asked.cursor, limit=asked.limit
        )
    return WorkPage(page.items, page.next)


@router.get("/mentions", responses=refusals())
async def mentioning(
    request: Request,
    response: Response,
    person: Annotated[Principal, requires(*DESK)],
    asked: Annotated[AskedMentions, Query()],
) -> Mentions:
    """Notes in which colleagues call whoever asks, the latest first."""
    await wait(request, response, asked.after, INTERACTION)
    place = paging.decode(asked.cursor)
    async with reading(request) as connection:
        page = await mentions.mentions_of(
            connection, person.name, before=place, limit=asked.limit
        )
    return Mentions(page.items, page.next)
