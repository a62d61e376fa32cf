"""Message-IDs and what they refer to (RFC 5322, 3.6.4)."""

import re
from email.message import EmailMessage
from typing import Final
from uuid import UUID

from connectors.email.policy import header

MAX_REFERENCES: Final = 50
"""How many messages of a thread are looked up, nearest first."""

_MAX_ID: Final = 250
_IN_BRACKETS: Final = re.compile(r"<([^<>\s]{1,248})>")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def message_id(message: EmailMessage) -> str:
    """The mail's own Message-ID as `<left@right>`, or empty without a usable one."""
    value = header(message, "Message-ID")
    found = _ids(value)
    if found:
        return found[0]
    bare = value.strip("<> ")
    usable = bare and len(bare) <= _MAX_ID - 2 and not re.search(r"[<>\s]", bare)
    return f"<{bare}>" if usable else ""


def in_reply_to(message: EmailMessage) -> str:
    """The message that this one answers, or empty."""
    return next(iter(_ids(header(message, "In-Reply-To"))), "")


def references(message: EmailMessage) -> tuple[str, ...]:
    """The thread so far, oldest first; of long ones the newest part."""
    return tuple(_ids(header(message, "References"))[-MAX_REFERENCES:])


def refers_to(message: EmailMessage) -> tuple[str, ...]:
    """What this mail answers, nearest first, each once, without itself."""
    parents = _ids(header(message, "In-Reply-To"))
    found = dict.fromkeys((*parents, *reversed(references(message))))
    found.pop(message_id(message), None)
    return tuple(found)[:MAX_REFERENCES]


def outbound_id(identifier: str) -> UUID | None:
    """The outbound id in a Message-ID of ours, `<outbound-uuid@domain>`."""
    local = identifier.strip("<> ").partition("@")[0]
    return UUID(local) if _UUID.fullmatch(local) else None


def _ids(value: str) -> list[str]:
    return [f"<{found}>" for found in _IN_BRACKETS.findall(value)]
