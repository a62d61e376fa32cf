"""What a file is, by its content: neither its name nor its sender decides."""

import codecs
import re
from typing import Final

import puremagic

TEXT: Final = "text/plain"
PDF: Final = "application/pdf"
UNKNOWN: Final = "application/octet-stream"

IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Pictures of points: no drawing language, which could hold scripts."""

_SHOWN: Final = IMAGES | {PDF}

HEAD: Final = 4096
"""So many first bytes tell what a file is."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind(head: bytes) -> str:
    """An image's type, PDF or plain text; `UNKNOWN` for everything else.

    Markup is plain text: it is shown as it was written, or not at all.
    """
    first = head[:HEAD]
    for guess in _guesses(first):
        if guess in _SHOWN:
            return guess
    return TEXT if _readable(first) else UNKNOWN


def _guesses(head: bytes) -> list[str]:
    try:
        return [guess.mime_type for guess in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):  # also for no bytes at all
        return []


def _readable(head: bytes) -> bool:
    try:
        # Not the last word: a character may be cut in two at the end.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(text)
