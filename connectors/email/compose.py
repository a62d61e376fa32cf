"""Build the mail that leaves (RFC 5322)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Final

from typing_extensions import override

from connectors.email import clean
from connectors.email.addresses import OurAddresses
from connectors.sdk.connector import File, OutboundMessage
from connectors.sdk.errors import PermanentSendError

_ID: Final = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,248}>", re.ASCII)
_THREAD_HEADERS: Final = frozenset({"references", "in-reply-to", "message-id"})
_MAX_REFERENCES: Final = 50


class _SendingPolicy(EmailPolicy):
    """Seven-bit clean, with CRLF; long threads are folded between their ids.

    The library would fold a long id by encoding it, which breaks the thread.
    """

    @override
    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _THREAD_HEADERS:
            return b"%s: %s\r\n" % (name.encode(), _folded(str(value)))
        return super().fold_binary(name, value)


def _folded(ids: str) -> bytes:
    return b"\r\n ".join(one.encode("ascii") for one in ids.split())


SENDING: Final = _SendingPolicy(linesep="\r\n", cte_type="7bit")
"""The policy that all outgoing mail is written by."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished mail with its envelope; an empty sender is the null reverse path."""

    sender: str
    recipient: str
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether an address needs SMTPUTF8 (RFC 6531)."""
        return not (self.sender.isascii() and self.recipient.isascii())


def compose(
    message: OutboundMessage,
    files: Iterable[File],
    ours: OurAddresses,
    from_name: str,
    date: datetime,
) -> Composed:
    """The mail as it leaves.

    Automatic mail says so (RFC 3834, section 5), and has an empty envelope sender, as
    section 3.3 recommends: nothing can answer or bounce it into a loop. The price is
    that a wrong address is not reported back; it shows with the first personal reply.

    Raises:
        PermanentSendError: an address is unusable.
    """
    content = message.content
    sender = ours.match(content.from_address) or ours.all[0]
    mail = EmailMessage(policy=SENDING)
    mail["From"] = _address(sender, from_name)
    mail["To"] = _address(content.to.value, content.to_name)
    mail["Subject"] = clean.one_line(content.subject)
    mail["Date"] = format_datetime(date)
    _set_thread(mail, message, sender)
    if message.automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(clean.text(content.text))
    if content.html:
        mail.add_alternative(clean.text(content.html), subtype="html")
    for number, file in enumerate(files, start=1):
        _attach(mail, file, number)
    envelope = "" if message.automatic else sender
    return Composed(envelope, content.to.value, mail.as_bytes())


def _set_thread(mail: EmailMessage, message: OutboundMessage, sender: str) -> None:
    content = message.content
    own = _ids([content.message_id])
    domain = sender.rpartition("@")[2]
    mail["Message-ID"] = own[0] if own else f"<{message.outbound_id}@{domain}>"
    parents = _ids([content.in_reply_to])
    thread = list(dict.fromkeys([*_ids(content.references), *parents]))
    if parents:
        mail["In-Reply-To"] = parents[0]
    if thread:
        # RFC 5322, 3.6.4: the first one names the thread, the last ones the place.
        kept = thread[:1] + thread[1:][-_MAX_REFERENCES + 1 :]
        mail["References"] = " ".join(kept)


def _ids(raw: Iterable[str]) -> list[str]:
    bracketed = (f"<{text.strip().strip('<>')}>" for text in raw if text.strip())
    return [found for found in bracketed if found.isascii() and _ID.fullmatch(found)]


def _address(address: str, name: str) -> Address:
    try:
        return Address(clean.one_line(name), addr_spec=clean.one_line(address))
    except Exception as error:  # the library's parser raises more than it says
        raise PermanentSendError("the mail address is not usable") from error


def _attach(mail: EmailMessage, file: File, number: int) -> None:
    kind = clean.media_type(file.media_type)
    main, _, sub = kind.partition("/")
    if main in {"multipart", "message"}:  # only a real one may say so
        main, sub = "application", "octet-stream"
    name = clean.file_name(file.name, number, kind)
    mail.add_attachment(file.data, maintype=main, subtype=sub, filename=name)
