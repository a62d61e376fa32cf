"""Drafts: what somebody has begun to write, and files that are to go with it.

They are no events: what was not sent never happened. Both ports raise
`StoreUnavailableError` when they cannot be asked now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol
from uuid import UUID

from events.touchpoint import Attachment
from hub.application.files import Blobs

Kind = Literal["reply", "note", "wrap-up"]
First = Literal["letter", "contact"]
"""What begins an interaction: a message that is written first, a contact noted."""

NOBODY: Final = UUID(int=0)
"""Whom something is begun with, if no customer was chosen."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose draft it is, and where it belongs; `person` is a user name.

    What begins an interaction has the customer's id in place of one, or `NOBODY`.
    """

    person: str
    interaction: UUID
    kind: Kind | First = "reply"


@dataclass(frozen=True, slots=True)
class Text:
    """What was written so far; `fields` are further choices of the form by name."""

    text: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text in its place, and when it was saved."""

    place: Place
    content: Text
    saved_at: datetime


class NewerDraftError(Exception):
    """Another device saved since: `draft` is what there is now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("There is a newer draft.")
        self.draft = draft


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is to go with a reply."""

    id: UUID
    file: Attachment


class Drafts(Protocol):
    """Texts that were begun."""

    async def save(self, place: Place, content: Text) -> None:
        """Keep what was written so far; an empty text forgets the draft."""
        ...

    async def go_on(
        self, place: Place, content: Text, known: datetime | None
    ) -> datetime | None:
        """Save what goes on from the draft that was saved then, or from none.

        Answers when it was saved; None if an empty text forgot it.

        Raises:
            NewerDraftError: there is another one, and it says something else.
        """
        ...

    async def of(self, person: str, interaction: UUID) -> list[Draft]:
        """Somebody's drafts on an interaction."""
        ...

    async def all_of(self, person: str) -> list[Draft]:
        """All drafts of somebody, the latest first."""
        ...

    async def count(self, person: str) -> int:
        """How many there are of somebody."""
        ...

    async def begun_by_others(self, person: str, interaction: UUID) -> list[str]:
        """Who else has begun an answer, by user name."""
        ...

    async def sent(self, place: Place, text: str) -> None:
        """Forget the draft if it is just what was sent."""
        ...

    async def purge(self, before: datetime) -> int:
        """Forget what was saved last before a moment; answer how many."""
        ...

    async def forget(self, interactions: Sequence[UUID]) -> int:
        """Forget all drafts on these interactions; answer how many."""
        ...


class Uploads(Protocol):
    """Files of drafts: theirs until a reply is sent with them."""

    async def add(self, place: Place, upload: Upload) -> None:
        """Note a file whose bytes are stored."""
        ...

    async def of(self, place: Place) -> list[Upload]:
        """The files that wait to be sent, in the order in which they came."""
        ...

    async def drop(self, place: Place, upload: UUID) -> Upload | None:
        """Forget a file that was not sent; None if there is none."""
        ...

    async def claim(
        self, place: Place, wanted: Sequence[UUID], outbound: UUID
    ) -> list[Upload]:
        """Take files for a message; those that are gone or taken are left out."""
        ...

    async def release(self, outbound: UUID) -> None:
        """Give back the files of a message, unless it was recorded."""
        ...

    async def give_back(self, place: Place, outbound: UUID) -> None:
        """Let the files of a message that was withdrawn wait at a place."""
        ...

    async def purge(self, before: datetime) -> list[Upload]:
        """Forget files that came before a moment; answer those never sent."""
        ...

    async def forget(self, interactions: Sequence[UUID]) -> list[Upload]:
        """Forget files on these interactions; answer those never sent."""
        ...


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Clears away what nobody will send any more."""

    drafts: Drafts
    uploads: Uploads
    blobs: Blobs

    async def purge(self, before: datetime) -> int:
        """Forget what was left alone since a moment; answer how much it was."""
        count = await self.drafts.purge(before)
        return count + await self._remove(await self.uploads.purge(before))

    async def forget(self, interactions: Sequence[UUID]) -> int:
        """Forget what anybody has begun to write there; answer how much.

        Whose an interaction is can change: who asks says which are concerned.
        """
        count = await self.drafts.forget(interactions)
        return count + await self._remove(await self.uploads.forget(interactions))

    async def _remove(self, uploads: Sequence[Upload]) -> int:
        for upload in uploads:
            await self.blobs.remove(upload.file)
        return len(uploads)
