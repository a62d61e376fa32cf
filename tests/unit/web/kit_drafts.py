"""Stand-ins for the ports of writing: nobody has begun anything, or is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from typing_extensions import override

from hub.application.drafts import Draft, Drafts, Place, Text, Upload, Uploads
from hub.application.presence import Attendance, Seat


class NoDrafts(Drafts):
    """Keeps nothing."""

    @override
    async def save(self, place: Place, content: Text) -> None:
        return

    @override
    async def go_on(
        self, place: Place, content: Text, known: datetime | None
    ) -> datetime | None:
        return None

    @override
    async def of(self, person: str, interaction: UUID) -> list[Draft]:
        return []

    @override
    async def all_of(self, person: str) -> list[Draft]:
        return []

    @override
    async def count(self, person: str) -> int:
        return 0

    @override
    async def begun_by_others(self, person: str, interaction: UUID) -> list[str]:
        return []

    @override
    async def sent(self, place: Place, text: str) -> None:
        return

    @override
    async def purge(self, before: datetime) -> int:
        return 0

    @override
    async def forget(self, interactions: Sequence[UUID]) -> int:
        return 0


class NoUploads(Uploads):
    """Keeps nothing."""

    @override
    async def add(self, place: Place, upload: Upload) -> None:
        return

    @override
    async def of(self, place: Place) -> list[Upload]:
        return []

    @override
    async def drop(self, place: Place, upload: UUID) -> Upload | None:
        return None

    @override
    async def claim(
        self, place: Place, wanted: Sequence[UUID], outbound: UUID
    ) -> list[Upload]:
        return []

    @override
    async def release(self, outbound: UUID) -> None:
        return

    @override
    async def give_back(self, place: Place, outbound: UUID) -> None:
        return

    @override
    async def purge(self, before: datetime) -> list[Upload]:
        return []

    @override
    async def forget(self, interactions: Sequence[UUID]) -> list[Upload]:
        return []


class NobodyThere(Attendance):
    """Everybody is alone."""

    @override
    async def alive(self, process: UUID) -> bool:
        return False

    @override
    async def tell(self, process: UUID, changes: Mapping[Seat, bool | None]) -> None:
        return

    @override
    async def leave(self, process: UUID) -> None:
        return

    @override
    async def others(self, seat: Seat) -> dict[str, bool]:
        return {}
