"""Stand-ins for the ports by which people put interactions right."""

from collections.abc import Collection
from uuid import UUID

from typing_extensions import override

from events.touchpoint import Identifier
from hub.application.customers import Customers, Merging
from hub.application.ports import Identification, Linking, Spam
from hub.application.token import encode
from hub.domain.handing_over import Actor
from hub.domain.known import IdentifierKey


class Recording:
    """Does nothing, and remembers what it was asked; `refusal` is raised if set."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.refusal: Exception | None = None

    def _note(self, *what: object) -> str:
        self.asked.append(what)
        if self.refusal is not None:
            raise self.refusal
        return encode({})


class RecordingLinking(Recording, Linking):
    @override
    async def undo_close(self, interaction: UUID, actor: str) -> str:
        return self._note("undo_close", interaction, actor)

    @override
    async def link(self, interaction: UUID, actor: str, other: UUID) -> str:
        return self._note("link", interaction, actor, other)

    @override
    async def undo_link(self, interaction: UUID, actor: str, other: UUID) -> str:
        return self._note("undo_link", interaction, actor, other)

    @override
    async def merge(self, part: UUID, actor: Actor, whole: UUID) -> str:
        return self._note("merge", part, actor, whole)

    @override
    async def undo_merge(self, interaction: UUID, actor: str, other: UUID) -> str:
        return self._note("undo_merge", interaction, actor, other)

    @override
    async def split(
        self,
        interaction: UUID,
        actor: str,
        touchpoints: Collection[UUID],
        queue: str,
        *,
        request: UUID,
    ) -> str:
        chosen = list(touchpoints)
        return self._note("split", interaction, actor, chosen, queue, request)

    @override
    async def undo_split(self, interaction: UUID, actor: str, part: UUID) -> str:
        return self._note("undo_split", interaction, actor, part)

    @override
    async def attribute(self, interaction: UUID, actor: str, customer: UUID) -> str:
        return self._note("attribute", interaction, actor, customer)

    @override
    async def attribute_to_new(
        self, interaction: UUID, actor: str, name: str, *, request: UUID
    ) -> str:
        return self._note("attribute_to_new", interaction, actor, name, request)

    @override
    async def undo_attribution(self, interaction: UUID, actor: str) -> str:
        return self._note("undo_attribution", interaction, actor)


class RecordingSpam(Recording, Spam):
    @override
    async def mark(self, interaction: UUID, actor: Actor) -> str:
        return self._note("mark", interaction, actor)

    @override
    async def bring_back(self, interaction: UUID, actor: str) -> str:
        return self._note("bring_back", interaction, actor)

    @override
    async def unmark(self, mark: UUID, actor: str) -> str:
        return self._note("unmark", mark, actor)


class RecordingCustomers(Recording, Customers):
    @override
    async def preview(self, part: UUID, other: UUID) -> Merging:
        self._note("preview", part, other)
        return Merging(part, other)

    @override
    async def merge(self, part: UUID, actor: Actor, other: UUID, why: str) -> Merging:
        return Merging(part, other, self._note("merge", part, actor, other, why))

    @override
    async def unmerge(
        self, part: UUID, actor: Actor, *, merge: UUID | None = None, why: str = ""
    ) -> Merging:
        return Merging(part, part, self._note("unmerge", part, actor, merge, why))


class RecordingIdentification(Recording, Identification):
    @override
    def key(self, identifier: Identifier) -> IdentifierKey:
        return identifier.kind, identifier.value.encode()

    @override
    async def share(self, customer: UUID, actor: str, identifier: Identifier) -> str:
        return self._note("share", customer, actor, str(identifier))

    @override
    async def unshare(self, customer: UUID, actor: str, identifier: Identifier) -> str:
        return self._note("unshare", customer, actor, str(identifier))

    @override
    async def decline(self, suggestion: UUID, actor: str) -> str:
        return self._note("decline", suggestion, actor)
