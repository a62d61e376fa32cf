"""What commands print: tables for people, plain lines for pipes, JSON for programs.

Results go to standard output, everything else to standard error.
"""

import json as jsonlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import UUID

from hub.runtime.spans import span

__all__ = [
    "EXIT_CODES",
    "Exit",
    "Fault",
    "Listing",
    "emit",
    "failure",
    "note",
    "progress",
    "visible",
    "write_json_line",
]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
"""What a terminal acts on, but for tabs and ends of lines."""
_UPPER_CONTROL: Final = re.compile(r"[\x7f-\x9f]")
"""What JSON does not escape of it."""


class Exit(IntEnum):
    """What the exit code of every command means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNHEALTHY = 3
    NOT_FOUND = 4


EXIT_CODES: Final = (
    "Exit codes: 0 done, 1 failed, 2 wrong usage or settings, "
    "3 not healthy or not equal, 4 not found."
)


class Fault(Exception):  # noqa: N818 - it is a fault of the world as often as an error
    """Ends a command: what is wrong, what to do next, and the exit code."""

    def __init__(self, wrong: str, *, hint: str = "", code: Exit = Exit.FAILED) -> None:
        super().__init__(wrong)
        self.wrong, self.hint, self.code = wrong, hint, code


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows for people; `empty` is said instead of a table without rows.

    `marks` gives single rows a colour on a terminal, by their index.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = "Nothing."
    marks: dict[int, str] = field(default_factory=dict)


def emit(document: Any, *listings: Listing | str, json: bool) -> None:
    """Print the document as JSON, or the listings and texts for people."""
    if json:
        print(_dumps(document, indent=2))
        return
    for item in listings:
        _show(item)


def write_json_line(document: Any, stream: TextIO | None = None) -> None:
    """Write one document on one line (NDJSON); to standard output at once."""
    print(_dumps(document, indent=None), file=stream, flush=stream is None)


def note(text: str) -> None:
    """Tell the person something that is not the command's result."""
    print(visible(text), file=sys.stderr, flush=True)


def failure(wrong: str, hint: str = "") -> None:
    """Say on standard error what went wrong, and what to do next."""
    note(f"touchline: {wrong}")
    if hint:
        note(f"  {hint}")


def visible(text: str) -> str:
    """The text with its control characters written out.

    What strangers sent could otherwise recolour, retitle or rewrite a terminal.
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far long work has come, on a terminal; yields `advance(by)`."""
    if not sys.stderr.isatty():
        yield lambda _by: None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(what, total=total)
        yield lambda by: shown.advance(task, by)


def _show(item: Listing | str) -> None:
    if isinstance(item, str):
        print(visible(item))
    elif not item.rows:
        print(item.empty)
    elif sys.stdout.isatty():
        _table(item)
    else:
        _plain([item.columns, *item.rows])


def _plain(rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        print("\t".join(" ".join(_cell(value).split()) for value in row))


def _table(listing: Listing) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = Text(visible(listing.title))
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for index, column in enumerate(listing.columns):
        # The first column is what one types next: it stays in one piece.
        table.add_column(column, overflow="fold", no_wrap=index == 0)
    for index, row in enumerate(listing.rows):
        cells = [Text(_cell(value)) for value in row]
        table.add_row(*cells, style=listing.marks.get(index))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, timedelta):
        return span(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value))


def _dumps(document: Any, *, indent: int | None) -> str:
    text = jsonlib.dumps(document, indent=indent, ensure_ascii=False, default=_plainly)
    return _UPPER_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plainly(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID | Path):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
