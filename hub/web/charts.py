"""Bar charts as shapes: the template draws what is computed here, without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

WIDTH: Final = 1000
HEIGHT: Final = 200
"""Units of the drawing, which is stretched to whatever room there is."""

_FILLED: Final = 0.76
"""How much of its interval a group of bars fills."""
_NICE: Final = (1, 2, 4, 5, 10)


class Bar(NamedTuple):
    """One bar: its corner and size in drawing units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar: its name in the style sheet, its title, counts by interval."""

    name: str
    title: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Groups of bars: one per interval, one bar in it per series.

    `labels` are the local times, such as 09:30, at which the intervals begin.
    """

    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT

    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def top(self) -> int:
        """What the height of the chart stands for: an even number above all counts."""
        most = max((max(one.counts, default=0) for one in self.series), default=0)
        step = 2
        while True:
            for nice in _NICE:
                if most <= nice * step:
                    return nice * step
            step *= 10

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn."""
        return not any(any(one.counts) for one in self.series)

    def bars(self, which: int) -> Sequence[Bar]:
        """The bars of one series, without those of nothing."""
        room = WIDTH / max(1, len(self.labels))
        width = room * _FILLED / len(self.series)
        left = room * (1 - _FILLED) / 2 + which * width
        return [
            _bar(left + place * room, width, count, self.top)
            for place, count in enumerate(self.series[which].counts)
            if count
        ]

    @property
    def marks(self) -> list[str]:
        """What stands below the intervals: every third hour is named."""
        return [_mark(label) for label in self.labels]

    @property
    def table(self) -> list[tuple[str, tuple[int, ...]]]:
        """The counts of every interval in which there is anything, with its label."""
        rows = zip(*(one.counts for one in self.series), strict=True)
        labelled = zip(self.labels, rows, strict=True)
        return [(label, counts) for label, counts in labelled if any(counts)]


def _mark(label: str) -> str:
    hour, _, minute = label.partition(":")
    return hour if minute == "00" and int(hour) % 3 == 0 else ""


def _bar(x: float, width: float, count: int, top: int) -> Bar:
    height = round(HEIGHT * count / top, 2)
    return Bar(round(x, 2), round(HEIGHT - height, 2), round(width, 2), height)
