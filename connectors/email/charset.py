"""Bytes to text, whatever the mail says about their encoding."""

import codecs
from typing import Final

# Python knows these codecs, but they are no charsets of mail (RFC 2978), and some
# take quadratic time or cannot replace what they do not understand.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined"}
    | {"unicode-escape"}
)
_GUESSED: Final = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "utf-8"})


def decoded(data: bytes, charset: str | None) -> str:
    """The text; what cannot be decoded becomes U+FFFD, never an error.

    Without a charset, or with one that the bytes contradict, UTF-8 is tried and then
    Windows-1252, which is what such mails are written in.
    """
    name = (charset or "").strip().casefold()
    if name in _GUESSED:
        return _guessed(data)
    try:
        known = codecs.lookup(name).name
        if known in _NOT_CHARSETS or known.replace("_", "-") in _NOT_CHARSETS:
            return _guessed(data)
        return data.decode(known, "replace")
    except (LookupError, ValueError):  # ValueError: a name with NUL; UnicodeError too
        return _guessed(data)


def _guessed(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
