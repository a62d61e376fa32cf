"""What customers' programs would send: mails, forms, texts and call events. Pure."""

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from typing import Final

from hub.cli.demo.content import Call, Customer, Form, Mail, Text

__all__ = [
    "Before",
    "call_events",
    "filled_form",
    "mail",
    "message_id",
    "said",
    "text_message",
]

PIXELS: Final = 96


@dataclass(frozen=True, slots=True)
class Before:
    """The thread so far: the customer's mails, and the last one of ours."""

    theirs: tuple[str, ...] = ()
    ours: str = ""


def said(text: str, who: Customer) -> str:
    """The text with the customer's own words filled in."""
    first = who.name.partition(" ")[0]
    return text.format(name=who.name, first=first, order=who.order, item=who.item)


def mail(
    who: Customer, wanted: Mail, to: str, at: datetime, before: Before, key: str
) -> bytes:
    """A mail as it would arrive (RFC 5322)."""
    if wanted.bounce:
        return _bounce(who, wanted, to, at, before)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((who.name, who.email))
    message["To"] = to
    if wanted.copy_to:
        message["Cc"] = wanted.copy_to
    message["Subject"] = said(wanted.subject, who)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(who, key)
    for name, value in (_threading(wanted, before) | _robots(wanted)).items():
        message[name] = value
    _fill(message, wanted, said(wanted.text, who))
    return message.as_bytes()


def message_id(who: Customer, key: str) -> str:
    """The Message-ID of a customer's mail; the same key gives the same one."""
    return f"<{key}@{who.email.rpartition('@')[2]}>"


def _threading(wanted: Mail, before: Before) -> dict[str, str]:
    chain = [*before.theirs, *([before.ours] if before.ours else [])]
    if not (wanted.answers and chain):
        return {}
    return {"In-Reply-To": chain[-1], "References": " ".join(chain)}


def _robots(wanted: Mail) -> dict[str, str]:
    if wanted.automatic == "auto-replied":
        return {"Auto-Submitted": "auto-replied"}
    if wanted.automatic == "bulk":
        return {"Precedence": "bulk", "List-Unsubscribe": "<mailto:no@example.org>"}
    return {}


def _fill(message: EmailMessage, wanted: Mail, text: str) -> None:
    message.set_content(text)
    if wanted.html:
        paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
        message.add_alternative(f"<div>{paragraphs}</div>", subtype="html")
    if wanted.attach:
        message.add_attachment(
            _picture(), maintype="image", subtype="png", filename=wanted.attach
        )


def _bounce(
    who: Customer, wanted: Mail, to: str, at: datetime, before: Before
) -> bytes:
    """A delivery report about our last mail (RFC 3464)."""
    host = f"mail.{who.email.rpartition('@')[2]}"
    report = MIMEMultipart("report", policy=SMTP)
    report.set_param("report-type", "delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{host}>"
    report["To"] = to
    report["Subject"] = wanted.subject
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<report-{at:%Y%m%d%H%M%S}@{host}>"
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(said(wanted.text, who), "plain", "utf-8"))
    status = MIMEBase("message", "delivery-status")
    status.set_payload([_fields(f"Reporting-MTA: dns; {host}"), _verdict(who)])
    report.attach(status)
    returned = EmailMessage(policy=SMTP)
    returned["Message-ID"] = before.ours or f"<unknown@{host}>"
    returned["To"] = who.email
    report.attach(MIMEMessage(returned))
    return report.as_bytes()


def _verdict(who: Customer) -> EmailMessage:
    return _fields(
        f"Final-Recipient: rfc822; {who.email}",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 mailbox full",
    )


def _fields(*lines: str) -> EmailMessage:
    block = EmailMessage(policy=SMTP)
    for line in lines:
        name, _, value = line.partition(": ")
        block[name] = value
    return block


def filled_form(who: Customer, wanted: Form) -> bytes:
    """A form as a browser's script would post it (JSON)."""
    fields = {
        "name": who.name,
        "email": who.email,
        "phone": who.phone if wanted.phone else "",
        "subject": said(wanted.subject, who),
        "text": said(wanted.text, who),
        "order": who.order,
    }
    return json.dumps({name: value for name, value in fields.items() if value}).encode()


def text_message(who: Customer, wanted: Text, to: str, at: datetime, key: str) -> bytes:
    """A text message as its provider's webhook tells it."""
    body = {
        "id": key,
        "from": who.phone,
        "to": to,
        "text": said(wanted.text, who),
        "at": at.isoformat(),
    }
    return json.dumps(body).encode()


def call_events(
    who: Customer, wanted: Call, to: str, at: datetime, key: str
) -> Sequence[bytes]:
    """The events of a call; `at` is when it began to ring."""
    caller = who.phone or "anonymous"
    return [
        json.dumps(event).encode() for event in _events(wanted, caller, to, at, key)
    ]


def _events(
    wanted: Call, caller: str, to: str, at: datetime, key: str
) -> Iterator[dict[str, str]]:
    answered = at + timedelta(seconds=wanted.rings)
    ended = answered + timedelta(seconds=wanted.talks)
    moments = [
        ("ring", at, wanted.agent or wanted.rings_at),
        ("hangup", ended, wanted.agent),
    ]
    if wanted.agent:
        moments.insert(1, ("answer", answered, wanted.agent))
    for event, moment, agent in moments:
        yield {
            "event": event,
            "event_id": f"{key}-{event}",
            "call_id": key,
            "direction": "in",
            "ani": caller,
            "dnis": to,
            "agent": agent,
            "at": moment.isoformat(),
        }


def _picture() -> bytes:
    """A small PNG (ISO/IEC 15948): a shade of grey that fades to the right."""
    row = b"\0" + bytes(255 * x // PIXELS for x in range(PIXELS))
    header = struct.pack(">IIBBBBB", PIXELS, PIXELS, 8, 0, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"IDAT", zlib.compress(row * PIXELS)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check
