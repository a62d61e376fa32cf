"""What use cases of writing take and answer."""

from dataclasses import dataclass
from uuid import UUID

from events.touchpoint import Attachment
from hub.domain.beginning import Whom


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody writes first; `ours` is an address or number of ours, or empty.

    The bytes of `files` are stored already.
    """

    whom: Whom
    subject: str
    text: str
    ours: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """The interaction that was opened, and the position token."""

    interaction_id: UUID
    after: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The text that its author gets back, the position token, and where to go on.

    That is the whole that the interaction is a part of, or itself; `author` is a user
    name.
    """

    text: str
    author: str
    after: str
    interaction_id: UUID


@dataclass(frozen=True, slots=True)
class Ours:
    """What we write from, the usual first; `text_limit` is in characters."""

    mail_addresses: tuple[str, ...]
    text_numbers: tuple[str, ...]
    text_limit: int
