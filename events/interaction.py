"""Events on an interaction's stream: one piece of work with a customer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.linking import LinkingEvent


@dataclass(frozen=True, slots=True)
class InteractionOpened:
    """Work began, waiting in `queue`; `personal` seals a `PersonalAddress`.

    `number` is the short human number; `linked_to` is the closed interaction that
    this one continues after its reopening window. `spam`: its sender was marked
    before, and it is closed at once. `split_from`: its contacts were there before.
    `agent` is whose work it is from the beginning: then it waits for nobody.
    `contact_at` is when the contact was, where people noted it later.
    """

    number: int
    customer_id: UUID
    touchpoint_id: UUID
    channel: str
    direction: str
    queue: str
    automatic: str
    linked_to: UUID | None
    imported: bool
    personal: bytes
    spam: bool = False
    split_from: UUID | None = None
    agent: str = ""
    contact_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TouchpointAttached:
    """A further contact joined; `personal` seals its `PersonalAddress`.

    `customer_id` is whose history holds it (a participant may be somebody else).
    """

    touchpoint_id: UUID
    customer_id: UUID
    channel: str
    direction: str
    automatic: str
    personal: bytes


@dataclass(frozen=True, slots=True)
class ReplySent:
    """We answered: this is the outbound record; `personal` seals a `PersonalReply`.

    `touchpoint_id` is the outbound id that delivery reports name. `author` is a user
    name, or `workflow:<name>` for automatic messages.
    """

    touchpoint_id: UUID
    customer_id: UUID
    channel: str
    connector: str
    author: str
    automatic: str
    personal: bytes


@dataclass(frozen=True, slots=True)
class ReplyHeld:
    """We wrote, and it leaves at `due_at` (UTC) unless it is withdrawn before.

    `touchpoint_id` is the outbound id that it will have; `personal` seals the
    `PersonalReply` as it will leave.
    """

    touchpoint_id: UUID
    channel: str
    author: str
    due_at: datetime
    personal: bytes


@dataclass(frozen=True, slots=True)
class ReplyWithdrawn:
    """What was held back does not leave."""

    touchpoint_id: UUID


@dataclass(frozen=True, slots=True)
class ReplyRepeated:
    """A message that did not arrive for certain was sent again, as another one."""

    outbound_id: UUID
    again: UUID


@dataclass(frozen=True, slots=True)
class CallSignalled:
    """A leg of the call changed; `personal` seals a `PersonalNote`.

    `signal` is one of `events.touchpoint.Signal.name` for calls, or `lost`, which only
    the timer says: no end was reported. `signal_id` is the touchpoint id of the signal
    itself. `leg` is None for the call's first leg.
    """

    signal_id: UUID
    call: UUID
    signal: str
    agent: str
    personal: bytes
    leg: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReported:
    """The state of an outbound message was reported; states only move up a lattice.

    `personal` seals a `PersonalNote` with the provider's words.
    """

    signal_id: UUID
    outbound_id: UUID
    state: str
    personal: bytes


@dataclass(frozen=True, slots=True)
class InteractionTaken:
    """An agent handles it now."""

    agent: str


@dataclass(frozen=True, slots=True)
class InteractionPutBack:
    """It waits in its queue again."""

    agent: str


@dataclass(frozen=True, slots=True)
class InteractionMoved:
    """It waits in another queue."""

    queue: str


@dataclass(frozen=True, slots=True)
class InteractionClosed:
    """Work ended, with a disposition such as `solved`."""

    disposition: str


@dataclass(frozen=True, slots=True)
class InteractionReopened:
    """Work went on after it was closed; `because` is `customer_replied` or `agent`."""

    because: str


@dataclass(frozen=True, slots=True)
class FollowUpSet:
    """It is set aside until `due_at` (UTC), or the customer's next contact."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpDue:
    """The date came until which it was set aside."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpCancelled:
    """It goes on before its date."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class InteractionAssigned:
    """It is this person's work now, by somebody's word."""

    agent: str


@dataclass(frozen=True, slots=True)
class InteractionAssignedToGroup:
    """It waits for somebody of this group."""

    group: str


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """It is `low`, `normal`, `high` or `urgent` now."""

    priority: str


@dataclass(frozen=True, slots=True)
class TagsChanged:
    """These are all its tags now, sorted."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """A note for colleagues, never for customers; `personal` seals a `PersonalNote`.

    `mentions` are user names of colleagues whom it calls.
    """

    note_id: UUID
    mentions: tuple[str, ...]
    personal: bytes


InteractionEvent = (
    InteractionOpened
    | TouchpointAttached
    | ReplySent
    | ReplyHeld
    | ReplyWithdrawn
    | ReplyRepeated
    | CallSignalled
    | DeliveryReported
    | InteractionTaken
    | InteractionPutBack
    | InteractionMoved
    | InteractionClosed
    | InteractionReopened
    | FollowUpSet
    | FollowUpDue
    | FollowUpCancelled
    | InteractionAssigned
    | InteractionAssignedToGroup
    | PriorityChanged
    | TagsChanged
    | NoteAdded
    | LinkingEvent
)
