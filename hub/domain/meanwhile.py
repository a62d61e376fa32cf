"""Whether a colleague answered while somebody was still writing. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from events.envelope import Recorded
from events.interaction import ReplyHeld, ReplySent
from hub.domain.interaction import Interaction

NONE_SEEN: Final = UUID(int=0)
"""What somebody has seen who saw no answer of ours (the nil UUID of RFC 9562)."""


class Answered(NamedTuple):
    """An answer of a person: whose, when, and which."""

    author: str
    at: datetime
    outbound_id: UUID


def unseen(state: Interaction, actor: str, seen: UUID | None) -> Answered | None:
    """The latest answer, if it is a colleague's and not the one that was seen.

    `seen` is the outbound id of the latest answer that `actor` knows, or `NONE_SEEN`;
    None asks for nothing. What is held back counts, what was taken back does not.
    """
    last = max(_answers(state), key=lambda one: one.version, default=None)
    if seen is None or last is None:
        return None
    event = last.event
    if not isinstance(event, ReplyHeld | ReplySent) or event.author == actor:
        return None
    found = Answered(event.author, last.occurred_at, event.touchpoint_id)
    return None if found.outbound_id == seen else found


def _answers(state: Interaction) -> Iterator[Recorded]:
    for sent in state.written.sent.values():
        if not getattr(sent.recorded.event, "automatic", ""):
            yield sent.recorded
    for held in state.lifecycle.held:
        yield state.written.held[held.touchpoint]
