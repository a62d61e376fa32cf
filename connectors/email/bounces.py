"""Delivery reports (RFC 3464, RFC 3461) about messages that we sent."""

from collections.abc import Iterator
from email.message import EmailMessage, Message
from typing import Final

from connectors.email import mime, threading
from connectors.email.addresses import without_addresses
from connectors.email.policy import header, parsed
from events.touchpoint import Signal

_RETURNED: Final = ("message/rfc822", "message/global", "text/rfc822-headers")
_MAX_DETAIL: Final = 300


def signal(message: EmailMessage) -> Signal | None:
    """What a report says about a message of ours; None for any other mail.

    `bounced` is a permanent failure (status 5.x.x, RFC 3463); `failed` means that the
    sender's server gave up after temporary ones; `delivered` is a success. Reports of
    a mere delay are None: nothing has been decided yet.
    """
    if message.get_content_type() != "multipart/report":
        return None
    subject = next(
        filter(None, map(threading.outbound_id, _returned_ids(message))), None
    )
    found = next(filter(None, map(_verdict, _recipients(message))), None)
    if subject is None or found is None:
        return None
    name, detail = found
    return Signal(name=name, subject=subject, detail=detail)


def _verdict(fields: Message) -> tuple[str, str] | None:
    action = _field(fields, "Action").casefold()
    status = _field(fields, "Status")
    detail = f"{status} {_field(fields, 'Diagnostic-Code')}".strip()
    if action == "failed":
        name = "failed" if status.startswith("4") else "bounced"
    elif action == "delivered":
        name = "delivered"
    else:
        return None
    return name, without_addresses(detail)[:_MAX_DETAIL]


def _field(fields: Message, name: str) -> str:
    return str(fields.get(name) or "").strip()


def _recipients(message: EmailMessage) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() in {
            "message/delivery-status",
            "message/global-delivery-status",
        }:
            blocks = part.get_payload()
            yield from (b for b in blocks if isinstance(b, Message) and "Action" in b)


def _returned_ids(message: EmailMessage) -> Iterator[str]:
    """Message-IDs of what came back; else of what the report itself refers to."""
    for part in message.walk():
        if part.get_content_type() in _RETURNED:
            yield threading.message_id(_returned(part))
    yield from threading.refers_to(message)
    yield header(message, "X-Failed-Message-ID")


def _returned(part: Message) -> EmailMessage:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage):
        return inner[0]
    data = mime.payload(part) if isinstance(part, EmailMessage) else b""
    return parsed(data, headers_only=True)
