"""Write many rows with one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import Cursor
from psycopg.rows import DictRow


@dataclass(frozen=True, slots=True)
class Target:
    """A table, its columns with their PostgreSQL types, and what a conflict does.

    All three are constants of the program, never input.
    """

    table: str
    columns: tuple[tuple[str, str], ...]
    conflict: str = ""


@cache
def _statement(target: Target) -> str:
    names = ", ".join(name for name, _ in target.columns)
    arrays = ", ".join(f"%b::{type_}[]" for _, type_ in target.columns)
    return (
        f"INSERT INTO {target.table} ({names}) "  # noqa: S608  (constants only)
        f"SELECT * FROM unnest({arrays}) {target.conflict}"
    )


def write(
    cursor: Cursor[DictRow], target: Target, rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows in one statement; none is no statement."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(_statement(target), columns, prepare=True)
