"""One command on many interactions, by the API."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.application import bulk
from hub.application.accounts import Principal
from hub.application.bulk import MOST, Order
from hub.web.access import DESK, requires
from hub.web.api import models
from hub.web.api.models import refusals
from hub.web.colleagues import acting, colleague
from hub.web.services import services

router = APIRouter(prefix="/api/v1/interactions", tags=["interactions"])


class Assign(models.Assignment):
    """Make them somebody's work."""

    do: Literal["assign"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.Assign(self.agent)


class AssignToGroup(models.ForGroup):
    """Let them wait for somebody of a group."""

    do: Literal["assign_to_group"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.AssignToGroup(self.group)


class Move(models.Move):
    """Let them wait in another queue."""

    do: Literal["move"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.Move(self.queue)


class Prioritise(models.Priority):
    """Make them more or less urgent."""

    do: Literal["prioritise"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.Prioritise(self.priority)


class Tag(models.Tags):
    """Add tags, and remove others."""

    do: Literal["tag"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.Tag(tuple(self.add), tuple(self.remove))


class Close(models.Closing):
    """End the work."""

    do: Literal["close"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.Close(self.disposition)


class PutBack(BaseModel):
    """Let them wait in their queues again."""

    model_config = ConfigDict(extra="forbid")
    do: Literal["put_back"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.PutBack()


class FollowUp(models.FollowUp):
    """Set them aside until a date."""

    do: Literal["follow_up"]

    def order(self) -> Order:
        """As the use case has it."""
        return bulk.FollowUp(self.due_at)


Command = Assign | AssignToGroup | Move | Prioritise | Tag | Close | PutBack | FollowUp


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it for one interaction; `refusal` is empty if it was done."""

    interaction_id: UUID
    refusal: str


@dataclass(frozen=True, slots=True)
class Results:
    """All results in the order of asking; `after` is a token for all that was done."""

    items: tuple[Result, ...]
    after: str


class Many(BaseModel):
    """A command, and the interactions that it is for."""

    model_config = ConfigDict(extra="forbid")
    interactions: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]
    command: Annotated[Command, Field(discriminator="do")]


@router.post("/bulk", responses=refusals(409))
async def carry_out(
    request: Request,
    person: Annotated[Principal, requires(*DESK)],
    body: Many,
) -> Results:
    """Give a command for each of them; the answer has a result for each, in order.

    One that is refused says why and holds up no other. Repeating the request changes
    nothing where it was carried out.
    """
    if isinstance(body.command, Assign):
        await colleague(request, body.command.agent)
    desk = services(request).desk
    order = body.command.order()
    found = await bulk.carry_out(desk, body.interactions, acting(person), order)
    items = (Result(one.interaction_id, str(one.refusal or "")) for one in found.items)
    return Results(tuple(items), found.after)
