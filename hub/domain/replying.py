"""Answer an interaction: whom, from which address of ours, in which thread. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from events.personal import PersonalAddress, PersonalReply
from events.touchpoint import Attachment, Identifier
from hub.domain import outbound
from hub.domain.interaction import RuleError
from hub.domain.known import InteractionHead
from hub.domain.outbound import CHANNEL_OF, Outbound
from hub.domain.recording import Cause, Recorder, Rules
from hub.domain.refusing import Wording
from hub.domain.segments import check_length

_OWN_DOMAIN: Final = "touchline.invalid"
"""Right side of Message-IDs where none of our addresses is known (RFC 2606)."""

NOBODY: Final = Wording("There is no address to answer: the sender is unknown.")
NO_TEXT: Final = Wording(
    "Call them back: no number of ours sends text messages. "
    "To answer by text, list one in connectors.sms.numbers."
)

NO_FILES: Final = Wording(
    "Text messages carry no files. Remove them, or send them to a mail address."
)

MAX_REFERENCES: Final = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """The contact to answer: the channel that it came by, and where to answer it.

    `customer` is whose it is now; None if it is still theirs for whom it was opened.
    """

    channel: str
    address: PersonalAddress
    customer: UUID | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What to answer. `outbound_id` makes it idempotent; `automatic` says why, or ''.

    `text` is plain text as written; the bytes of `files` are stored already. `to` is
    another identifier of the customer than the one that asked, `ours` an address or
    number of ours, where the author chose one.
    """

    outbound_id: UUID
    author: str
    text: str
    automatic: str = ""
    to: Identifier | None = None
    ours: str = ""
    files: tuple[Attachment, ...] = ()


def reply(
    recorder: Recorder,
    head: InteractionHead,
    asked: Asked,
    draft: Draft,
    cause: Cause,
    due_at: datetime | None = None,
) -> None:
    """Record the reply; one that is due later is held back until then.

    Raises:
        RuleError: nobody to answer, no channel to answer on, an address that is not the
            customer's or not ours, or a text that is too long for its channel.
    """
    _check_choice(recorder, head, asked, draft)
    message = compose(recorder.rules, asked, draft)
    leaving = Outbound(draft.outbound_id, draft.author, message, draft.automatic)
    outbound.claim(recorder, head, leaving, (message.to, asked.address.sender))
    if due_at is None:
        outbound.send(recorder, head, leaving, cause)
    else:
        outbound.hold(recorder, head, leaving, due_at, cause)


def _check_choice(
    recorder: Recorder, head: InteractionHead, asked: Asked, draft: Draft
) -> None:
    if draft.to is None or _same(draft.to, asked.address.identifier):
        return
    owner = recorder.owner(draft.to) or recorder.shared_by(draft.to)
    whose = asked.customer or head.customer
    if owner is None or not recorder.known.is_same(owner, whose):
        raise RuleError("{value} is not known of this customer.", value=draft.to.value)


def _same(one: Identifier, other: Identifier | None) -> bool:
    return other is not None and (one.kind, one.value) == (other.kind, other.value)


def compose(rules: Rules, asked: Asked, draft: Draft) -> PersonalReply:
    """The answer as it leaves.

    Raises:
        RuleError: as `reply`.
    """
    chosen = _towards(asked, draft)
    to = chosen.address.identifier
    if to is None:
        raise RuleError(NOBODY)
    channel = answered_by(chosen.channel, to.kind, rules.text_numbers)
    ours = draft.ours or _ours(channel, chosen, rules.text_numbers)
    check_ours(rules, channel, draft.ours)
    check_reach(channel, to)
    check_length(channel, draft.text, rules.text_limit)
    check_files(channel, draft.files)
    return _message(chosen.address, to, ours, draft)


def _towards(asked: Asked, draft: Draft) -> Asked:
    """What is asked as if by the chosen address; another channel is another thread."""
    address, to = asked.address, draft.to
    if to is None or _same(to, address.identifier):
        return asked
    if address.identifier is not None and address.identifier.kind == to.kind:
        return replace(asked, address=replace(address, identifier=to))
    elsewhere = PersonalAddress(to, address.name, subject=address.subject)
    return Asked(asked.channel if to.kind == "phone" else "", elsewhere)


def check_ours(rules: Rules, channel: str, ours: str) -> None:
    """Refuse to write as somebody else.

    Raises:
        RuleError: the address or number is not ours; an empty one is.
    """
    if ours and ours not in rules.ours(channel):
        raise RuleError("{ours} is no address or number that we write from.", ours=ours)


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
        raise RuleError(
            "No channel can answer an identifier of kind {kind!r}.", kind=kind
        )
    if channel == "sms" and came != "sms" and not numbers:
        raise RuleError(NO_TEXT)
    return channel


def check_reach(channel: str, to: Identifier) -> None:
    """Refuse what cannot arrive.

    Raises:
        RuleError: a text message to an extension.
    """
    if channel == "sms" and ";ext=" in to.value:
        raise RuleError(
            "{value} is an extension, which no text message reaches. Call, or write to"
            " another address.",
            value=to.value,
        )


def check_files(channel: str, files: Sequence[Attachment]) -> None:
    """Refuse files where they cannot be carried.

    Raises:
        RuleError: there are some, and the channel has no place for them.
    """
    if files and channel != "email":
        raise RuleError(NO_FILES)


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
        message_id=message_id(ours or address.from_address, draft.outbound_id)
        if mail
        else "",
        in_reply_to=address.message_id if mail else "",
        references=tuple(r for r in references if r) if mail else (),
        attachments=draft.files,
    )


def _ours(channel: str, asked: Asked, numbers: Sequence[str]) -> str:
    """Our address or number that answers; empty leaves it to the connector.

    What was texted can text; what was called may be a line that cannot.
    """
    used = asked.address.from_address
    if channel == "email":
        return used if "@" in used else ""
    if asked.channel == "sms" and used.startswith("+"):
        return used
    if asked.channel == "sms" and used:
        return ""
    return used if used in numbers else next(iter(numbers), "")


def _subject(subject: str) -> str:
    if not subject:
        return "Your message to us"
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def message_id(ours: str, outbound_id: UUID) -> str:
    """The Message-ID of a mail from an address of ours (RFC 5322, 3.6.4)."""
    domain = ours.rpartition("@")[2] if "@" in ours else ""
    return f"<{outbound_id}@{domain or _OWN_DOMAIN}>"
