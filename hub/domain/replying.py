"""Answer an interaction: the reply's two events, its thread keys, its ids. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.customer import TouchpointRecorded
from events.interaction import ReplySent
from events.personal import PersonalAddress, PersonalContent, PersonalReply
from events.touchpoint import Identifier
from hub.domain.digests import thread_digest
from hub.domain.interaction import RuleError
from hub.domain.known import InteractionHead, Place
from hub.domain.recording import Cause, Recorder, event_id

CHANNEL_OF: Final = {"email": "email", "phone": "sms"}
"""The channel on which an identifier of a kind can be answered."""

_OWN_DOMAIN: Final = "touchline.invalid"
"""Right side of Message-IDs where none of our addresses is known (RFC 2606)."""

NOBODY: Final = "There is no address to answer: the sender is unknown."
NO_TEXT: Final = (
    "Call them back: no number of ours sends text messages. "
    "To answer by text, list one in connectors.sms.numbers."
)

MAX_REFERENCES: Final = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """The contact to answer: the channel that it came by, and where to answer it."""

    channel: str
    address: PersonalAddress


@dataclass(frozen=True, slots=True)
class Draft:
    """What to answer. `outbound_id` makes it idempotent; `automatic` says why, or ''.

    `text` is plain text as written.
    """

    outbound_id: UUID
    author: str
    text: str
    automatic: str = ""


def reply(
    recorder: Recorder,
    head: InteractionHead,
    asked: Asked,
    draft: Draft,
    cause: Cause,
) -> None:
    """Record the reply on both streams; the event is the outbound record.

    Raises:
        RuleError: nobody to answer, or no channel to answer on.
    """
    to = asked.address.identifier
    if to is None:
        raise RuleError(NOBODY)
    numbers = recorder.rules.text_numbers
    channel = answered_by(asked.channel, to.kind, numbers)
    ours = _ours(channel, asked, numbers)
    message = _message(asked.address, to, ours, draft)
    _sent(recorder, head, message, draft, cause)
    _recorded(recorder, head, message, draft, cause)
    recorder.place(draft.outbound_id, Place(head.customer, head.interaction))
    _claim_threads(recorder, message, asked.address.sender, draft.outbound_id)


def answered_by(came: str, kind: str, numbers: Sequence[str]) -> str:
    """The channel on which a contact is answered.

    Args:
        came: the channel of the contact.
        kind: what its sender is known by there; empty if by nothing.
        numbers: ours that can send text messages.

    Raises:
        RuleError: there is none; the text says what to do instead.
    """
    if not kind:
        raise RuleError(NOBODY)
    channel = CHANNEL_OF.get(kind)
    if channel is None:
        raise RuleError(f"No channel can answer an identifier of kind {kind!r}.")
    if channel == "sms" and came != "sms" and not numbers:
        raise RuleError(NO_TEXT)
    return channel


def _claim_threads(
    recorder: Recorder,
    message: PersonalReply,
    sender: Identifier | None,
    outbound_id: UUID,
) -> None:
    """Whoever may answer: the receiver, and who wrote with another `Reply-To`."""
    channel, digests = CHANNEL_OF[message.to.kind], recorder.rules.digests
    if message.message_id:
        digest = thread_digest(channel, message.message_id)
        for person in filter(None, (message.to, sender)):
            recorder.thread(digests.identifier(person), digest, outbound_id)
    if channel == "sms":
        scope = digests.identifier(message.to)
        pair = thread_digest("sms-pair", message.from_address)
        recorder.writes.moving_threads[scope, pair] = outbound_id


def _message(
    address: PersonalAddress, to: Identifier, ours: str, draft: Draft
) -> PersonalReply:
    mail = to.kind == "email"
    references = (*address.references, address.message_id)[-MAX_REFERENCES:]
    return PersonalReply(
        to=to,
        to_name=address.name,
        from_address=ours,
        subject=_subject(address.subject) if mail else "",
        text=draft.text,
        message_id=_message_id(address, draft.outbound_id) if mail else "",
        in_reply_to=address.message_id if mail else "",
        references=tuple(r for r in references if r) if mail else (),
    )


def _ours(channel: str, asked: Asked, numbers: Sequence[str]) -> str:
    """Our address or number that answers; empty leaves it to the connector.

    What was texted can text; what was called may be a line that cannot.
    """
    used = asked.address.from_address
    if channel == "email":
        return used if "@" in used else ""
    if asked.channel == "sms":
        return used if used.startswith("+") else ""
    return used if used in numbers else numbers[0]


def _subject(subject: str) -> str:
    if not subject:
        return "Your message to us"
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def _message_id(address: PersonalAddress, outbound_id: UUID) -> str:
    domain = (
        address.from_address.rpartition("@")[2] if "@" in address.from_address else ""
    )
    return f"<{outbound_id}@{domain or _OWN_DOMAIN}>"


def _sent(
    recorder: Recorder,
    head: InteractionHead,
    message: PersonalReply,
    draft: Draft,
    cause: Cause,
) -> None:
    id_ = event_id(draft.outbound_id, head.interaction, ReplySent)
    event = ReplySent(
        touchpoint_id=draft.outbound_id,
        customer_id=head.customer,
        channel=CHANNEL_OF[message.to.kind],
        connector="",
        author=draft.author,
        automatic=draft.automatic,
        personal=recorder.seal(message, id_),
    )
    recorder.on_interaction(head, event, cause, id_)


def _recorded(
    recorder: Recorder,
    head: InteractionHead,
    message: PersonalReply,
    draft: Draft,
    cause: Cause,
) -> None:
    id_ = event_id(draft.outbound_id, head.customer, TouchpointRecorded)
    content = PersonalContent(
        participants=(message.to,),
        destination=message.from_address,
        subject=message.subject,
        text=message.text,
        html=message.html,
    )
    event = TouchpointRecorded(
        touchpoint_id=draft.outbound_id,
        interaction_id=head.interaction,
        channel=CHANNEL_OF[message.to.kind],
        direction="out",
        connector="",
        automatic=draft.automatic,
        personal=recorder.seal(content, id_),
    )
    recorder.on_customer(head.customer, event, cause, id_)
