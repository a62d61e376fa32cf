"""Mail addresses: ours, theirs, and how to keep them out of other texts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Any, Final

from connectors.email.clean import one_line
from events import identify
from events.touchpoint import Identifier

MAX_ADDRESSES: Final = 500
"""How many addresses of one header are read; the raw mail has them all."""

MAX_ADDRESS: Final = 320
"""Longest address in characters: 64 + @ + 255 (RFC 3696, errata 1690)."""

MAX_SAID: Final = 1024
"""How many characters of what a server says are read; nobody needs more."""

_MAX_HEADER: Final = 64 * 1024
# Starts where a word starts, and never goes back in it: a long word costs no more.
_ADDRESS = re.compile(r"<?(?<![^\s<>@,;:\"'()])[^\s<>@,;:\"'()]++@[^\s<>@,;:\"'()]+>?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name that was written beside it (RFC 5322, 3.4)."""

    identifier: Identifier
    name: str = ""


class OurAddresses:
    """Tells our own addresses from everybody else's."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.all = tuple(found.value for a in addresses if (found := identify.email(a)))
        self._known = frozenset(self.all)

    def match(self, address: str) -> str:
        """Our address that this one reaches, or empty; `+detail` is ignored."""
        found = identify.email(address)
        if found is None:
            return ""
        local, _, domain = found.value.rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        return next((a for a in (found.value, plain) if a in self._known), "")

    def first(self, addresses: Iterable[str]) -> str:
        """The first of ours among these, or empty."""
        return next((ours for a in addresses if (ours := self.match(a))), "")


def mailbox(address: str, name: str = "") -> Mailbox | None:
    """A mailbox from its parts, or None where there is no usable address."""
    text = one_line(address)
    if len(text) > MAX_ADDRESS or any(c.isspace() for c in text):
        return None
    found = identify.email(text)
    return Mailbox(found, one_line(name)[:200].strip("\"' ")) if found else None


def mailboxes(header: Any) -> tuple[Mailbox, ...]:
    """Everybody in an address header, in order, without repetitions.

    Headers that the modern parser could not read are read by the older, laxer one.
    """
    found: dict[str, Mailbox] = {}
    for name, address in _pairs(header):
        if box := mailbox(address, name):
            found.setdefault(box.identifier.value, box)
    return tuple(found.values())


def _pairs(header: Any) -> list[tuple[str, str]]:
    if header is None:
        return []
    parsed: tuple[Address, ...] = getattr(header, "addresses", ())
    if any(a.domain for a in parsed):
        found = [(a.display_name, f"{a.username}@{a.domain}") for a in parsed]
    else:
        found = _laxly(str(header)[:_MAX_HEADER])
    return found[:MAX_ADDRESSES]


def _laxly(text: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([text])
    except RecursionError:  # comments within comments
        return []


def without_addresses(text: str) -> str:
    """The text with every mail address replaced: for reasons, details and logs.

    Only its first `MAX_SAID` characters are read.
    """
    return _ADDRESS.sub("<address>", one_line(text[:MAX_SAID]))
