"""Figures, the bars they are held to, a table for people, a file for programs."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from typing_extensions import override

FILE = Path("build/bench.json")


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure must reach on two cores."""

    value: float
    at_least: bool = True

    def met(self, value: float) -> bool:
        """Whether a figure reaches it."""
        return value >= self.value if self.at_least else value <= self.value

    @override
    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:,g}"


BARS = {
    "road_rate": Bar(1500),
    "road_p99_ms": Bar(300, at_least=False),
    "smtp_rate": Bar(150),
    "send_rate": Bar(100),
    "rebuild_timeline_rate": Bar(10_000),
    "rebuild_all_rate": Bar(6_000),
    "search_p99_ms": Bar(100, at_least=False),
    "start_s": Bar(15, at_least=False),
    "desk_board_p99_ms": Bar(50, at_least=False),
    "desk_queue_p99_ms": Bar(50, at_least=False),
    "desk_interaction_p99_ms": Bar(50, at_least=False),
    "live_pages_p99_ms": Bar(500, at_least=False),
}


@dataclass(slots=True)
class Results:
    """What was measured so far, and what went wrong."""

    figures: dict[str, tuple[float, str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str) -> None:
        """Keep a figure, rounded to what is worth reading."""
        self.figures[name] = (round(value, 4 if abs(value) < 10 else 1), unit)

    def write(self, file: Path = FILE) -> None:
        """Write all figures; those of a run of other measurements are kept."""
        file.parent.mkdir(parents=True, exist_ok=True)
        known = json.loads(file.read_text()) if file.exists() else {}
        known |= {
            name: {"value": value, "unit": unit}
            for name, (value, unit) in self.figures.items()
        }
        file.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")

    def show(self, console: Console) -> None:
        """Print the table."""
        table = Table("figure", "value", "unit", "bar", "")
        for column in table.columns[1:2]:
            column.justify = "right"
        for name, (value, unit) in self.figures.items():
            bar = BARS.get(name)
            verdict = "" if bar is None else "met" if bar.met(value) else "[red]missed"
            table.add_row(name, f"{value:,g}", unit, str(bar or ""), verdict)
        console.print(table)
        for name, reason in self.failures.items():
            console.print(f"[red]{name}[/red]: {reason}")
