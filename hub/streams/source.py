"""The store, as stream processors read it."""

from typing import Protocol

from projections.source import EventSource


class Source(EventSource, Protocol):
    """The store, and how far the relay has sent it."""

    async def relayed(self) -> int:
        """Position up to which events are in Kafka."""
        ...
