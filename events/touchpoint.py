"""What connectors publish: touchpoints, and input that could not become one."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Identifier:
    """A normalised address of a person, with the form in which it arrived.

    `kind` is `email`, `phone` (E.164) or `external`; `value` is normalised.
    """

    kind: str
    value: str
    raw: str = ""

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a touchpoint; its bytes are in the blob store.

    `blob` is the reference there, `key` opens it, `size` is in bytes.
    """

    name: str
    media_type: str
    size: int
    blob: str
    key: bytes = b""


@dataclass(frozen=True, slots=True)
class Signal:
    """A report about something that exists already: a call's leg, a sent message.

    `subject` is the touchpoint id of the call or of the outbound message. `name` is,
    for calls, `ringing`, `answered`, `held`, `resumed`, `transferred` or `ended`; for
    outbound messages `sent`, `delivered`, `failed`, `bounced` or `uncertain`. `agent`
    is the person's extension or user name where the provider tells it. `detail` is
    the provider's cause, in its own words.
    """

    name: str
    subject: UUID
    agent: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One thing that happened between a customer and the company on a channel.

    Attributes:
        touchpoint_id: `events.ids.touchpoint_id(channel, provider_id)`.
        channel: `email`, `webform`, `sms`, `phone` or an SDK connector's channel.
        kind: `contact` or `signal`; contact counts use the first only.
        direction: `in` or `out`.
        connector: configured name of the connector that published it.
        provider_id: the provider's own id (Message-ID, call id, idempotency key).
        occurred_at: provider time, aware, UTC.
        received_at: when the connector accepted it, aware, UTC.
        sender: the identifier that the customer used; None for anonymous calls.
        sender_name: display name as given, or empty.
        identifiers: further identifiers that the sender states as their own.
        participants: everybody else on the message (To and Cc), ours excluded.
        reply_to: where the sender wants answers, if elsewhere (RFC 5322, 3.6.2).
        destination: our address, number or form id; it selects the queue.
        thread_keys: own thread keys (a mail's Message-ID).
        refers_to: keys of touchpoints that this one answers, nearest first.
        subject: subject line, or empty.
        text: what the person wrote, without quoted text.
        quoted: quoted earlier text, or empty.
        html: sanitised HTML, or empty.
        automatic: why this counts as written by a machine, or empty.
        attachments: files that came with it.
        signal: set exactly for kind `signal`.
        attributes: small extra facts of the channel (form fields, ANI and DNIS).
        raw: raw input up to 256 KiB, else empty.
        raw_blob: blob reference of larger raw input, else empty.
        imported: history that was imported: nobody waits for an answer to it now.
    """

    touchpoint_id: UUID
    channel: str
    kind: str
    direction: str
    connector: str
    provider_id: str
    occurred_at: datetime
    received_at: datetime
    sender: Identifier | None = None
    sender_name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    participants: tuple[Identifier, ...] = ()
    reply_to: Identifier | None = None
    destination: str = ""
    thread_keys: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    quoted: str = ""
    html: str = ""
    automatic: str = ""
    attachments: tuple[Attachment, ...] = ()
    signal: Signal | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    raw_blob: str = ""
    imported: bool = False


@dataclass(frozen=True, slots=True)
class TouchpointRejected:
    """Input that the connector accepted but could not turn into a touchpoint.

    `reason` is for people; `raw` (or the blob `raw_blob`) is what arrived, byte for
    byte, so that the connector's `parse` can be tried again. `context` is what the
    connector needs beside the bytes (envelope recipient, form id, remote address).
    """

    rejection_id: UUID
    channel: str
    connector: str
    received_at: datetime
    reason: str
    context: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    raw_blob: str = ""
