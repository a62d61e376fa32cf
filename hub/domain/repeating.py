"""Send again what did not arrive for certain, as another message. Pure."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from events import ids
from events.interaction import ReplyRepeated, ReplySent
from events.personal import PersonalReply
from hub.domain import outbound
from hub.domain.interaction import Interaction, RuleError
from hub.domain.known import InteractionHead
from hub.domain.outbound import Outbound
from hub.domain.recording import Cause, Recorder, event_id
from hub.domain.refusing import Wording
from hub.domain.replying import Asked, message_id
from hub.domain.written import Sent

REPEATABLE: Final = ("failed", "bounced", "uncertain")
TWICE: Final = Wording(
    "Nobody knows whether this message left: if it did, the customer gets it twice."
    " Say that this is all right to send it again."
)


def repeat(
    recorder: Recorder,
    state: Interaction,
    head: InteractionHead,
    asked: Asked,
    wanted: tuple[UUID, bool],
    cause: Cause,
) -> None:
    """Record the repetition; what was repeated already is not again.

    Args:
        recorder: takes the events; knows the customer's version.
        state: the interaction.
        head: where its stream stands.
        asked: whose answers join it, beside the receiver's.
        wanted: the message, and whether it may arrive twice.
        cause: who wants it, and when.

    Raises:
        RuleError: there is no such message, it is on its way or has arrived, or it may
            arrive twice and nobody said that this is all right.
    """
    old, twice = wanted
    sent = _repeatable(state, old, twice=twice)
    if sent.again is not None:
        return
    leaving = _again(recorder, sent, cause.actor)
    people = leaving.message.to, asked.address.sender
    outbound.claim(recorder, head, leaving, people)
    head = outbound.send(recorder, head, leaving, cause)
    id_ = event_id(leaving.id, head.interaction, ReplyRepeated)
    recorder.on_interaction(head, ReplyRepeated(old, leaving.id), cause, id_)


def _repeatable(state: Interaction, outbound_id: UUID, *, twice: bool) -> Sent:
    sent = state.written.sent.get(outbound_id)
    if sent is None:
        raise RuleError("There is no such message.")
    if sent.delivery not in REPEATABLE:
        raise RuleError("This message is on its way, or has arrived.")
    if sent.delivery == "uncertain" and not twice:
        raise RuleError(TWICE)
    return sent


def _again(recorder: Recorder, sent: Sent, author: str) -> Outbound:
    event = sent.recorded.event
    if not isinstance(event, ReplySent):
        raise TypeError(f"{type(event).__name__} is no message")
    message: PersonalReply | None = recorder.rules.sealer.unseal(
        event.personal, sent.recorded.event_id
    )
    if message is None:
        raise RuleError("Its text was erased.")
    again = ids.derived(event.touchpoint_id, "again")
    if message.message_id:
        own = message_id(message.from_address, again)
        message = replace(message, message_id=own)
    return Outbound(again, author, message)
