"""From the bytes of a mail to a touchpoint: pure, and the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from typing import Final

from connectors.email import automatic, bounces, mime, threading
from connectors.email.addresses import Mailbox, OurAddresses, mailbox, mailboxes
from connectors.email.policy import header, headers
from connectors.sdk.connector import Parsed, RawInput
from connectors.sdk.errors import UnparseableError
from events import ids
from events.touchpoint import Identifier, Touchpoint

CHANNEL: Final = "email"

MAX_SUBJECT: Final = 1000
"""Longest subject line in characters."""

MAX_AGE: Final = timedelta(days=3653)
"""A Date older than this is a broken clock's: the time of receipt counts."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the mail's bytes do not say (RFC 5321); see `read_envelope`."""

    received_at: datetime
    mail_from: str | None
    recipients: tuple[str, ...]
    source: str


def read_envelope(context: dict[str, str]) -> Envelope:
    """The envelope from a raw input's context.

    `received_at` is ISO 8601; `mail_from` is missing where it is not known and empty
    for the null sender; `rcpt_to` is separated by commas; `source` is `smtp`, `imap`
    or `import`.

    Raises:
        UnparseableError: there is no time of receipt.
    """
    try:
        received_at = _in_utc(datetime.fromisoformat(context.get("received_at", "")))
    except (ValueError, OverflowError) as error:
        raise UnparseableError("its time of receipt is not given") from error
    return Envelope(
        received_at=received_at,
        mail_from=context.get("mail_from"),
        recipients=tuple(filter(None, context.get("rcpt_to", "").split(","))),
        source=context.get("source", ""),
    )


def parse(raw: RawInput, connector: str, ours: OurAddresses) -> Parsed:
    """Read one mail.

    Raises:
        UnparseableError: it is no mail, or one that cannot be read safely.
    """
    envelope = read_envelope(raw.context)
    message = mime.read(raw.data)
    body = mime.body(message)
    sender = _sender(message, envelope)
    named = (*mailboxes(message.get("To")), *mailboxes(message.get("Cc")))
    key = _key(message, sender, raw.data)
    report = bounces.signal(message)
    author = None if report else sender
    touchpoint = Touchpoint(
        touchpoint_id=ids.touchpoint_id(CHANNEL, key),
        channel=CHANNEL,
        kind="signal" if report else "contact",
        direction="in",
        connector=connector,
        provider_id=key,
        occurred_at=_occurred_at(message, envelope.received_at),
        received_at=envelope.received_at,
        sender=author.identifier if author else None,
        sender_name=author.name if author else "",
        participants=_participants(named, sender, ours),
        reply_to=_reply_to(message, author, ours),
        destination=_destination(message, named, envelope, ours),
        thread_keys=tuple(filter(None, (threading.message_id(message),))),
        refers_to=threading.refers_to(message),
        subject=header(message, "Subject")[:MAX_SUBJECT],
        text=body.text,
        quoted=body.quoted,
        html=body.html,
        automatic=_automatic(message, sender, envelope, ours),
        signal=report,
        attributes=_attributes(message, envelope, body),
    )
    return Parsed(touchpoint, body.files)


def _sender(message: EmailMessage, envelope: Envelope) -> Mailbox | None:
    for name in ("From", "Sender", "Reply-To"):
        if found := mailboxes(message.get(name)):
            return found[0]
    return mailbox(envelope.mail_from or "")


def _key(message: EmailMessage, sender: Mailbox | None, data: bytes) -> str:
    """What makes this mail the same when it comes twice.

    Message-IDs are chosen by senders, who may copy somebody else's: so the sender
    belongs to the key.
    """
    identifier = threading.message_id(message)
    if not identifier:
        return f"sha256:{sha256(data).hexdigest()}"
    return f"{identifier} {sender.identifier.value if sender else ''}".strip()


def _occurred_at(message: EmailMessage, received_at: datetime) -> datetime:
    try:
        written = getattr(message.get("Date"), "datetime", None)
        moment = _in_utc(written) if written else received_at
    except (ValueError, OverflowError):  # year 1, or an offset of days
        return received_at
    return moment if received_at - MAX_AGE <= moment <= received_at else received_at


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:  # "-0000": UTC of an unknown place (RFC 5322, 3.3)
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _participants(
    named: Sequence[Mailbox], sender: Mailbox | None, ours: OurAddresses
) -> tuple[Identifier, ...]:
    found = {
        box.identifier.value: box.identifier
        for box in named
        if not ours.match(box.identifier.value)
    }
    if sender:
        found.pop(sender.identifier.value, None)
    return tuple(found.values())


def _reply_to(
    message: EmailMessage, author: Mailbox | None, ours: OurAddresses
) -> Identifier | None:
    """Where answers are to go (RFC 5322, 3.6.2), if that is one other address.

    Never one of ours: we would answer ourselves.
    """
    boxes = mailboxes(message.get("Reply-To"))
    if author is None or len(boxes) != 1:
        return None
    found = boxes[0].identifier
    is_other = found.value != author.identifier.value and not ours.match(found.value)
    return found if is_other else None


def _destination(
    message: EmailMessage,
    named: Sequence[Mailbox],
    envelope: Envelope,
    ours: OurAddresses,
) -> str:
    """Our address that the mail was for; with none of ours, any that it reached."""
    delivered = [*headers(message, "Delivered-To"), *headers(message, "X-Original-To")]
    certain = [*envelope.recipients, *delivered]
    found = ours.first([*certain, *(box.identifier.value for box in named)])
    if found or not certain:
        return found
    reached = mailbox(certain[0])
    return reached.identifier.value if reached else ""


def _automatic(
    message: EmailMessage,
    sender: Mailbox | None,
    envelope: Envelope,
    ours: OurAddresses,
) -> str:
    address = sender.identifier.value if sender else ""
    why = automatic.reason(message, address, envelope.mail_from)
    if not why and ours.match(address):
        return "sent from our own address"
    return why


def _attributes(
    message: EmailMessage, envelope: Envelope, body: mime.Body
) -> dict[str, str]:
    """Small facts that an answer or a screen needs; empty ones are left out."""
    found = {
        "message_id": threading.message_id(message),
        "in_reply_to": threading.in_reply_to(message),
        "references": " ".join(threading.references(message)),
        "source": envelope.source,
        **{f"inline.{number}": cid for number, cid in body.inline.items()},
    }
    return {name: value for name, value in found.items() if value}
