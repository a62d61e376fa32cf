"""Ports of the use cases; adapters implement them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from events.touchpoint import Attachment, Identifier
from hub.application.written import Begun, Letter, Ours, Withdrawn
from hub.domain.beginning import Noted, Whom
from hub.domain.handing_over import Actor
from hub.domain.known import IdentifierKey


class Desk(Protocol):
    """What an agent can do with an interaction; every answer is a position token.

    `actor` is a user name. Every method raises `NotFoundError` for an unknown
    interaction, `RefusedError` where the rules forbid it (with a text for people) and
    `ConflictError` when others were faster several times in a row.
    """

    async def take(
        self, interaction: UUID, actor: str, *, supervisor: bool = False
    ) -> str:
        """Handle it; of two at once one wins and the other is told who.

        What waits for a group its members take, or a `supervisor`.
        """
        ...

    async def put_back(self, interaction: UUID, actor: Actor) -> str:
        """Let it wait in its queue again."""
        ...

    async def close(self, interaction: UUID, actor: Actor, disposition: str) -> str:
        """End the work."""
        ...

    async def reopen(self, interaction: UUID, actor: str) -> str:
        """Go on with closed work."""
        ...

    async def follow_up(self, interaction: UUID, actor: Actor, due_at: datetime) -> str:
        """Set it aside until `due_at` (aware), or the customer's next contact."""
        ...

    async def assign(self, interaction: UUID, actor: Actor, agent: str) -> str:
        """Make it somebody's work; `agent` is a user name that exists."""
        ...

    async def assign_to_group(self, interaction: UUID, actor: Actor, group: str) -> str:
        """Let it wait for somebody of a group."""
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

    async def reply(  # noqa: PLR0913  (what, to whom, from where, and when)
        self,
        interaction: UUID,
        actor: str,
        text: str,
        *,
        request: UUID,
        hold: timedelta = timedelta(0),
        to: Identifier | None = None,
        ours: str = "",
        files: Sequence[Attachment] = (),
        seen: UUID | None = None,
    ) -> str:
        """Answer the customer's last contact, on the channel that `answers_by` says.

        What waits or is closed is taken first. `request` makes it idempotent: the same
        one sends once, and a repetition's token names no position. It leaves after
        `hold`, unless it is withdrawn; `to` is another identifier of the customer, and
        `ours` an address or number of ours, where the agent chose one. `seen` is the
        latest answer that the author knows (`hub.domain.meanwhile`).

        Raises:
            AnsweredMeanwhileError: a colleague gave another one since.
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


class Linking(Protocol):
    """What people can put right about interactions; all can be undone.

    Answers and errors are as those of `Desk`; what is as asked already stays so.
    """

    async def undo_close(self, interaction: UUID, actor: str) -> str:
        """Bring it back to where it would stand had it not been closed."""
        ...

    async def link(self, interaction: UUID, actor: str, other: UUID) -> str:
        """Say that two belong together."""
        ...

    async def undo_link(self, interaction: UUID, actor: str, other: UUID) -> str:
        """Take the link away."""
        ...

    async def merge(self, part: UUID, actor: Actor, whole: UUID) -> str:
        """Make `part` a part of `whole`, where its later contacts arrive."""
        ...

    async def undo_merge(self, interaction: UUID, actor: str, other: UUID) -> str:
        """Make two of them again: what came since stays where it came."""
        ...

    async def split(
        self,
        interaction: UUID,
        actor: str,
        touchpoints: Collection[UUID],
        queue: str,
        *,
        request: UUID,
    ) -> str:
        """Give contacts an interaction of their own, in a queue; once per request."""
        ...

    async def undo_split(self, interaction: UUID, actor: str, part: UUID) -> str:
        """Bring back the contacts that `part` got."""
        ...

    async def attribute(self, interaction: UUID, actor: str, customer: UUID) -> str:
        """Say that it belongs to another customer."""
        ...

    async def attribute_to_new(
        self, interaction: UUID, actor: str, name: str, *, request: UUID
    ) -> str:
        """Say that it belongs to a customer who is not known yet; once per request.

        `name` may be empty.
        """
        ...

    async def undo_attribution(self, interaction: UUID, actor: str) -> str:
        """Give it back to the customer that it belonged to before."""
        ...


class Spam(Protocol):
    """Senders whose messages are no work; answers and errors are as those of `Desk`."""

    async def mark(self, interaction: UUID, actor: Actor) -> str:
        """Close it as spam, and mark its sender if there is one."""
        ...

    async def bring_back(self, interaction: UUID, actor: str) -> str:
        """Take its sender's mark away, and undo its closing as spam."""
        ...

    async def unmark(self, mark: UUID, actor: str) -> str:
        """Take a mark away; what was closed stays so."""
        ...


class Identification(Protocol):
    """Who may be whom; answers and errors are as those of `Desk`."""

    def key(self, identifier: Identifier) -> IdentifierKey:
        """What all forms of an identifier are indexed under."""
        ...

    async def share(self, customer: UUID, actor: str, identifier: Identifier) -> str:
        """Say that several people use it: it identifies nobody from now on."""
        ...

    async def unshare(self, customer: UUID, actor: str, identifier: Identifier) -> str:
        """Say that it is the customer's alone."""
        ...

    async def decline(self, suggestion: UUID, actor: str) -> str:
        """Say that two customers are not the same, as far as is known now."""
        ...


class Writing(Protocol):
    """What can be done with a message after it was written; raises as `Desk`."""

    @property
    def ours(self) -> Ours:
        """What we write from, and how long a text message may be."""
        ...

    async def withdraw(
        self, interaction: UUID, actor: Actor, message: UUID
    ) -> Withdrawn:
        """Take back what has not left: its author may, and a supervisor."""
        ...

    async def repeat(
        self, interaction: UUID, actor: str, message: UUID, *, twice: bool
    ) -> str:
        """Send again what failed; what is uncertain only if it may arrive `twice`."""
        ...


class Beginning(Protocol):
    """Work that agents begin; raises as `Desk`. The same `request` does it once."""

    async def write(
        self, actor: str, letter: Letter, *, request: UUID, hold: timedelta
    ) -> Begun:
        """Open an interaction with a mail or text message to somebody."""
        ...

    async def note(
        self, actor: str, whom: Whom, noted: Noted, *, request: UUID
    ) -> Begun:
        """Open an interaction with a call, visit or letter that there was."""
        ...
