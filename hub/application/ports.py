"""Ports of the use cases; adapters implement them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from hub.domain.handing_over import Actor


class Desk(Protocol):
    """What an agent can do with an interaction; every answer is a position token.

    `actor` is a user name. Every method raises `NotFoundError` for an unknown
    interaction, `RefusedError` where the rules forbid it (with a text for people) and
    `ConflictError` when others were faster several times in a row.
    """

    async def take(self, interaction: UUID, actor: str) -> str:
        """Handle it; of two at once one wins and the other is told who."""
        ...

    async def put_back(self, interaction: UUID, actor: str) -> str:
        """Let it wait in its queue again."""
        ...

    async def close(self, interaction: UUID, actor: str, disposition: str) -> str:
        """End the work."""
        ...

    async def reopen(self, interaction: UUID, actor: str) -> str:
        """Go on with closed work."""
        ...

    async def follow_up(self, interaction: UUID, actor: str, due_at: datetime) -> str:
        """Set it aside until `due_at` (aware), or the customer's next contact."""
        ...

    async def assign(self, interaction: UUID, actor: Actor, agent: str) -> str:
        """Make it somebody's work; `agent` is a user name that exists."""
        ...

    async def move(self, interaction: UUID, actor: Actor, queue: str) -> str:
        """Let it wait in another queue."""
        ...

    async def prioritise(self, interaction: UUID, actor: str, priority: str) -> str:
        """Make it `low`, `normal`, `high` or `urgent`."""
        ...

    async def tag(
        self, interaction: UUID, actor: str, add: Sequence[str], remove: Sequence[str]
    ) -> str:
        """Add tags, and remove others."""
        ...

    async def note(
        self,
        interaction: UUID,
        actor: str,
        text: str,
        mentions: Sequence[str],
        *,
        request: UUID,
    ) -> str:
        """Write a note that customers never see; the same `request` writes it once."""
        ...

    async def reply(
        self, interaction: UUID, actor: str, text: str, *, request: UUID
    ) -> str:
        """Answer the customer's last contact, on the channel that `answers_by` says.

        What waits or is closed is taken first. `request` makes it idempotent: the same
        one sends once, and a repetition's token names no position.
        """
        ...

    def answers_by(self, came: str, kind: str) -> str:
        """The channel on which a contact is answered.

        Args:
            came: the channel of the contact.
            kind: what its sender is known by there; empty if by nothing.

        Raises:
            RefusedError: there is none; the text says what to do instead.
        """
        ...
