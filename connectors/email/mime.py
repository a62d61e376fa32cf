"""What is inside a mail: text, HTML and files (RFC 2045-2049), whatever its state."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Final, TypeVar

from connectors.email import clean, policy, quoting
from connectors.email.charset import decoded
from connectors.email.html import cleaned, crude_text
from connectors.email.plaintext import as_text
from connectors.sdk.connector import File
from connectors.sdk.errors import UnparseableError

MAX_PARTS: Final = 500
"""A mail with more typed parts is refused: reading it would take too long."""

MAX_DASHED: Final = 20_000
"""So is one with more lines that could be boundaries."""

MAX_HEAD: Final = 1024 * 1024
"""So is one with a longer header (bytes)."""

MAX_FILES: Final = 200
"""Further files stay in the raw mail only."""

MAX_TEXT: Final = 512 * 1024
"""Longer text is cut, and kept in full as a file (bytes of UTF-8)."""

T = TypeVar("T")

_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_SHOWN: Final = frozenset({"text/plain", "text/html"})
_AS_IT_CAME: Final = policy.READING.clone(refold_source="none")
_HEADERS: Final = (
    *("From", "Sender", "To", "Cc", "Subject", "Date", "Message-ID", "Received"),
    *("Return-Path", "MIME-Version", "Content-Type"),
)


@dataclass(frozen=True, slots=True)
class Body:
    """What was written, what was quoted, how it looked, and what came with it.

    `inline` maps the position of a file to its Content-ID (RFC 2392).
    """

    text: str = ""
    quoted: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    inline: dict[int, str] = field(default_factory=dict)


def read(data: bytes) -> EmailMessage:
    """The mail as a tree of parts.

    Raises:
        UnparseableError: this is no mail, or one that cannot be read safely.
    """
    _check_size(data)
    try:
        message = policy.parsed(data)
    except RecursionError as error:
        raise UnparseableError("the mail's parts are nested too deeply") from error
    except Exception as error:  # the library promises no particular ones
        raise UnparseableError(
            f"the mail's structure cannot be read ({type(error).__name__})"
        ) from error
    if not any(name in message for name in _HEADERS):
        raise UnparseableError("it has no header field that a mail has")
    return message


def _check_size(data: bytes) -> None:
    if not data.strip():
        raise UnparseableError("the mail is empty")
    parts = data.lower().count(b"\ncontent-type:")
    if parts > MAX_PARTS or data.count(b"\n--") > MAX_DASHED:
        raise UnparseableError("the mail has too many parts")
    if len(data) > MAX_HEAD and not _HEAD_END.search(data, 0, MAX_HEAD):
        raise UnparseableError(f"the mail's header is longer than {MAX_HEAD} bytes")


def body(message: EmailMessage) -> Body:
    """Text, HTML and files of a mail.

    Raises:
        UnparseableError: the parts are nested too deeply.
    """
    collector = _Collector()
    try:
        collector.walk(message)
    except RecursionError as error:
        raise UnparseableError("the mail's parts are nested too deeply") from error
    return collector.body()


def payload(part: EmailMessage) -> bytes:
    """The bytes of a part, decoded as far as they can be."""
    try:
        found = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001  # broken encodings raise all sorts of errors
        found = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return found if isinstance(found, bytes) else b""


class _Collector:
    def __init__(self) -> None:
        self._texts: list[str] = []
        self._htmls: list[str] = []
        self._files: list[File] = []
        self._inline: dict[int, str] = {}

    def walk(self, part: EmailMessage) -> None:
        kind = part.get_content_type()
        if kind == "multipart/alternative" and part.is_multipart():
            self._choose(part)
        elif part.get_content_maintype() == "multipart" and part.is_multipart():
            for child in _children(part):
                self.walk(child)
        elif kind in _SHOWN and not _is_file(part):
            self._read(part, kind)
        elif part.get_content_maintype() == "multipart":
            self._read(part, "text/plain")  # its boundary never came
        else:
            self._keep(part, kind)

    def _read(self, part: EmailMessage, kind: str) -> None:
        target = self._htmls if kind == "text/html" else self._texts
        charset = _tried(part.get_content_charset)
        target.append(clean.text(decoded(payload(part), charset)))

    def _choose(self, part: EmailMessage) -> None:
        """Versions of the same content: the first of each kind, and all files."""
        texts, htmls = len(self._texts), len(self._htmls)
        for child in _children(part):
            self.walk(child)
        if len(self._htmls) > htmls:
            del self._texts[texts + 1 :]

    def _keep(self, part: EmailMessage, kind: str) -> None:
        if len(self._files) >= MAX_FILES:
            return
        data = _embedded(part) if kind.startswith("message/") else payload(part)
        if not data and not _is_file(part):
            return
        number = len(self._files)
        media_type = clean.media_type(kind)
        name = clean.file_name(_file_name(part), number + 1, media_type)
        self._files.append(File(name, media_type, data))
        if cid := policy.header(part, "content-id").strip("<> "):
            self._inline[number] = cid[:200]

    def body(self) -> Body:
        html = "\n<hr>\n".join(self._htmls)
        safe = cleaned(html)
        plain = "\n".join(self._texts)
        if html and not plain.strip():
            plain = crude_text(html) if safe is None else clean.text(as_text(safe))
        shown, was_cut = clean.cut(plain, MAX_TEXT)
        self._keep_whole("text.txt", plain if was_cut else "")
        self._keep_whole("text.html", html if safe is None else "")
        own, quoted = quoting.split(shown)
        return Body(own, quoted, safe or "", tuple(self._files), self._inline)

    def _keep_whole(self, name: str, text: str) -> None:
        """Kafka takes 4 MiB: what is too long to be shown becomes a file."""
        if text:
            kind = "text/html" if name.endswith("html") else "text/plain"
            self._files.append(File(name, kind, text.encode()))


def _children(part: EmailMessage) -> list[EmailMessage]:
    found = part.get_payload()
    return [p for p in found if isinstance(p, EmailMessage)]


def _is_file(part: EmailMessage) -> bool:
    disposition = policy.header(part, "content-disposition").casefold()
    return disposition.startswith("attachment") or bool(_file_name(part))


def _file_name(part: EmailMessage) -> str:
    return _tried(part.get_filename) or ""


def _embedded(part: EmailMessage) -> bytes:
    """A mail within the mail, as a file."""
    if not part.is_multipart():
        return payload(part)
    found = (_tried(partial(p.as_bytes, policy=_AS_IT_CAME)) for p in _children(part))
    return b"\n".join(data for data in found if data)


def _tried(read: Callable[[], T]) -> T | None:
    """What the library reads, or None where it raises."""
    try:
        return read()
    except Exception:  # noqa: BLE001  # RFC 2231 and generators raise all sorts
        return None
