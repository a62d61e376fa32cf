"""Where drivers read events from when Kafka does not bring them: the store."""

from typing import Protocol

from events.envelope import Stored


class EventSource(Protocol):
    """The event store, read slice by slice."""

    async def read_slice(
        self, slice_: int, after: int, until: int, limit: int
    ) -> list[Stored]:
        """The next events of one slice, chained from `after`."""
        ...

    async def heads(self, until: int = ...) -> dict[int, int]:
        """The last position of each slice at or before `until`; 0 where none."""
        ...
