"""What leaves: recorded on both streams, now or when its time has come. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from events.customer import TouchpointRecorded
from events.envelope import Recorded
from events.interaction import ReplyHeld, ReplySent
from events.personal import PersonalContent, PersonalReply
from events.touchpoint import Identifier
from hub.domain.digests import thread_digest
from hub.domain.known import InteractionHead, Place
from hub.domain.recording import Cause, Recorder, event_id

CHANNEL_OF: Final = {"email": "email", "phone": "sms"}
"""The channel on which an identifier of a kind can be written to."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message of ours; `id` makes it idempotent, `automatic` says why, or ''."""

    id: UUID
    author: str
    message: PersonalReply
    automatic: str = ""

    @property
    def channel(self) -> str:
        """The channel that it leaves by."""
        return CHANNEL_OF[self.message.to.kind]


def send(
    recorder: Recorder, head: InteractionHead, outbound: Outbound, cause: Cause
) -> InteractionHead:
    """Record that it leaves now: its event is the outbound record."""
    id_ = event_id(outbound.id, head.interaction, ReplySent)
    event = ReplySent(
        touchpoint_id=outbound.id,
        customer_id=head.customer,
        channel=outbound.channel,
        connector="",
        author=outbound.author,
        automatic=outbound.automatic,
        personal=recorder.seal(outbound.message, id_, head.interaction),
    )
    after = recorder.on_interaction(head, event, cause, id_)
    _into_history(recorder, head, outbound, cause)
    _move_conversation(recorder, outbound)
    return after


def hold(
    recorder: Recorder,
    head: InteractionHead,
    outbound: Outbound,
    due_at: datetime,
    cause: Cause,
) -> InteractionHead:
    """Record that it leaves later, unless it is withdrawn before."""
    id_ = event_id(outbound.id, head.interaction, ReplyHeld)
    event = ReplyHeld(
        touchpoint_id=outbound.id,
        channel=outbound.channel,
        author=outbound.author,
        due_at=due_at,
        personal=recorder.seal(outbound.message, id_, head.interaction),
    )
    return recorder.on_interaction(head, event, cause, id_)


def released(recorder: Recorder, held: Recorded) -> Outbound | None:
    """The message that was held back; None if its content was redacted."""
    event = held.event
    if not isinstance(event, ReplyHeld):
        return None
    message = recorder.rules.sealer.unseal(event.personal, held.event_id)
    return message and Outbound(event.touchpoint_id, event.author, message)


def claim(
    recorder: Recorder,
    head: InteractionHead,
    outbound: Outbound,
    people: Iterable[Identifier | None],
) -> None:
    """Index where it belongs, and its Message-ID for whoever may answer it.

    What is held back is claimed as well: so the same one is never written twice, and an
    id that never leaves leads nobody here.
    """
    recorder.place(outbound.id, Place(head.customer, head.interaction))
    if not outbound.message.message_id:
        return
    digests = recorder.rules.digests
    digest = thread_digest(outbound.channel, outbound.message.message_id)
    for person in filter(None, people):
        recorder.thread(digests.identifier(person), digest, outbound.id)


def _move_conversation(recorder: Recorder, outbound: Outbound) -> None:
    """The next text of this pair of numbers answers this one."""
    message = outbound.message
    if outbound.channel == "sms":
        scope = recorder.rules.digests.identifier(message.to)
        pair = thread_digest("sms-pair", message.from_address)
        recorder.writes.moving_threads[scope, pair] = outbound.id


def _into_history(
    recorder: Recorder, head: InteractionHead, outbound: Outbound, cause: Cause
) -> None:
    id_ = event_id(outbound.id, head.customer, TouchpointRecorded)
    message = outbound.message
    content = PersonalContent(
        participants=(message.to,),
        destination=message.from_address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        attachments=message.attachments,
    )
    event = TouchpointRecorded(
        touchpoint_id=outbound.id,
        interaction_id=head.interaction,
        channel=outbound.channel,
        direction="out",
        connector="",
        automatic=outbound.automatic,
        personal=recorder.seal(content, id_, head.interaction),
    )
    recorder.on_customer(head.customer, event, cause, id_)
