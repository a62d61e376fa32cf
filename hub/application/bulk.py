"""One command on many interactions: each its own event, or its own refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.application import token
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.application.ports import Desk
from hub.domain.handing_over import Actor
from hub.domain.refusing import Refusal

MOST: Final = 200
"""How many interactions one order may name."""


@dataclass(frozen=True, slots=True)
class Assign:
    """Make it this person's work."""

    agent: str

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.assign(interaction, actor, self.agent)


@dataclass(frozen=True, slots=True)
class AssignToGroup:
    """Let it wait for this group."""

    group: str

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.assign_to_group(interaction, actor, self.group)


@dataclass(frozen=True, slots=True)
class Move:
    """Let it wait in this queue."""

    queue: str

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.move(interaction, actor, self.queue)


@dataclass(frozen=True, slots=True)
class Prioritise:
    """Make it this urgent."""

    priority: str

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.prioritise(interaction, actor.name, self.priority)


@dataclass(frozen=True, slots=True)
class Tag:
    """Add and remove tags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.tag(interaction, actor.name, self.add, self.remove)


@dataclass(frozen=True, slots=True)
class Close:
    """End the work."""

    disposition: str

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.close(interaction, actor, self.disposition)


@dataclass(frozen=True, slots=True)
class PutBack:
    """Let it wait in its queue again."""

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.put_back(interaction, actor)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Set it aside until a date."""

    due_at: datetime

    async def give(self, desk: Desk, interaction: UUID, actor: Actor) -> str:
        """Carry it out."""
        return await desk.follow_up(interaction, actor, self.due_at)


Order = Assign | AssignToGroup | Move | Prioritise | Tag | Close | PutBack | FollowUp


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it for one interaction; `refusal` is None if it was done."""

    interaction_id: UUID
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """All results in the order of asking; `after` is a token for all that was done."""

    items: tuple[Result, ...]
    after: str

    @property
    def done(self) -> int:
        """How many it was done for, those included where it was so already."""
        return sum(not one.refusal for one in self.items)

    @property
    def refused(self) -> tuple[Result, ...]:
        """Those it was not done for."""
        return tuple(one for one in self.items if one.refusal)


async def carry_out(
    desk: Desk, interactions: Iterable[UUID], actor: Actor, order: Order
) -> Results:
    """Give the order for each of them; one that is refused holds up no other.

    Giving it again changes nothing where it was carried out.
    """
    results: list[Result] = []
    positions: dict[int, int] = {}
    for interaction in dict.fromkeys(interactions):
        try:
            done = token.decode(await order.give(desk, interaction, actor))
        except (NotFoundError, RefusedError, ConflictError) as error:
            results.append(Result(interaction, error))
            continue
        for slice_, position in done.items():
            positions[slice_] = max(position, positions.get(slice_, 0))
        results.append(Result(interaction))
    return Results(tuple(results), token.encode(positions))
