"""One step of the road and how far it is behind."""

from dataclasses import dataclass

__all__ = ["Hop"]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the road: `seconds` is the age of the oldest event not done.

    `slices` counts those that are behind, where a hop works by slices.
    """

    name: str
    events: int
    seconds: float | None
    slices: int | None = None
