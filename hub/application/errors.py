"""What a command answers instead of doing what was asked; texts are for people."""

from datetime import datetime
from uuid import UUID

from hub.domain.refusing import Refusal, Wording


class CommandError(Refusal):
    """Base of all refusals."""


class NotFoundError(CommandError):
    """There is no such thing, or it was erased."""


class RefusedError(CommandError):
    """The rules forbid it now; the text says why and what to do instead."""


class ConflictError(CommandError):
    """Somebody else was faster, again and again: look and try once more."""


class AnsweredMeanwhileError(RefusedError):
    """A colleague answered since its author looked: they decide whether to send.

    `author` is a user name; `outbound_id` is to be named as seen to send all the same.
    """

    def __init__(self, author: str, at: datetime, outbound_id: UUID) -> None:
        super().__init__(
            Wording(
                "{author} answered meanwhile, at {at:%H:%M} UTC."
                " To send all the same, name {outbound_id} as seen."
            ),
            author=author,
            at=at,
            outbound_id=outbound_id,
        )
        self.author, self.at, self.outbound_id = author, at, outbound_id
