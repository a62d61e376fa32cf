"""Text that is safe to store and show: no control characters, no lone surrogates."""

import mimetypes
import re
import unicodedata
from typing import Final

MAX_NAME: Final = 120
"""Longest file name in characters."""

# The built-in table alone: what a name becomes must not depend on the machine.
_TYPES = mimetypes.MimeTypes()
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Characters that turn the direction of text can make "exe.txt" of "txt.exe".
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSAFE_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_SPACE = re.compile(r"\s+")
_MEDIA_TYPE = re.compile(r"[a-z0-9][\w.+-]{0,60}/[a-z0-9][\w.+-]{0,60}", re.ASCII)


def text(raw: str) -> str:
    """Several lines: line ends become LF, what PostgreSQL cannot hold goes."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", lines))


def one_line(raw: str) -> str:
    """One line: every run of white space becomes one space."""
    return _SPACE.sub(" ", text(raw)).strip()


def file_name(raw: str, number: int, media_type: str) -> str:
    """A name that is safe on every file system; invented where none was given."""
    base = unicodedata.normalize("NFC", one_line(raw)).replace("\\", "/")
    plain = _DIRECTION.sub("", base.rpartition("/")[2])
    name = _UNSAFE_IN_NAMES.sub("_", plain).strip(". ")
    if not name:
        return f"attachment-{number}{_TYPES.guess_extension(media_type) or ''}"
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:  # noqa: PLR2004  # not a suffix, but a sentence
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}"


def media_type(raw: str) -> str:
    """A media type (RFC 6838), or `application/octet-stream` for anything else."""
    lowered = raw.casefold()
    return lowered if _MEDIA_TYPE.fullmatch(lowered) else "application/octet-stream"


def cut(raw: str, limit: int) -> tuple[str, bool]:
    """At most `limit` bytes of UTF-8, and whether something was cut off."""
    data = raw.encode()
    if len(data) <= limit:
        return raw, False
    return data[:limit].decode(errors="ignore"), True
