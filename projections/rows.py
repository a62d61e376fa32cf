"""Load and store the rows that a batch touches: one statement per table each way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.contract import Key, Row

_DIALECT = pg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statements:
    """A table's SQL in one schema; `json` and `texts` are columns to encode."""

    select: str
    upsert: str
    delete: str
    columns: tuple[str, ...]
    json: frozenset[str]
    texts: frozenset[str]


def _type(column: sa.Column[Any]) -> str:
    return column.type.compile(_DIALECT)


@cache
def statements(table: sa.Table, schema: str) -> Statements:
    """The statements that move rows of `table` in `schema`."""
    name = f"{schema}.{table.name}"
    columns = tuple(c.name for c in table.columns)
    documents = frozenset(c.name for c in table.columns if isinstance(c.type, pg.JSONB))
    keys = list(table.primary_key.columns)
    key_names = ", ".join(c.name for c in keys)
    key_arrays = ", ".join(f"%b::{_type(c)}[]" for c in keys)
    arrays = ", ".join(
        f"%b::{'text' if c.name in documents else _type(c)}[]" for c in table.columns
    )
    selected = ", ".join(
        f"w.{c}::jsonb" if c in documents else f"w.{c}" for c in columns
    )
    changes = ", ".join(
        f"{c} = EXCLUDED.{c}" for c in columns if c not in {k.name for k in keys}
    )
    return Statements(
        select=f"SELECT t.* FROM unnest({key_arrays}) AS w({key_names})"  # noqa: S608
        f" JOIN {name} t USING ({key_names})",
        upsert=f"INSERT INTO {name} ({', '.join(columns)}) SELECT {selected}"  # noqa: S608
        f" FROM unnest({arrays}) AS w({', '.join(columns)})"
        f" ON CONFLICT ({key_names}) DO UPDATE SET {changes}",
        delete=f"DELETE FROM {name} t USING unnest({key_arrays})"  # noqa: S608
        f" AS w({key_names}) WHERE "
        + " AND ".join(f"t.{k.name} = w.{k.name}" for k in keys),
        columns=columns,
        json=documents,
        texts=frozenset(c.name for c in table.columns if isinstance(c.type, sa.Text)),
    )


async def load(
    connection: AsyncConnection, schema: str, table: sa.Table, keys: Iterable[Key]
) -> dict[Key, Row]:
    """The rows with these keys; missing ones are missing."""
    wanted = list(keys)
    if not wanted:
        return {}
    sql = statements(table, schema)
    arrays = tuple(list(part) for part in zip(*wanted, strict=True))
    result = await connection.exec_driver_sql(sql.select, arrays)
    names = [c.name for c in table.primary_key.columns]
    return {tuple(row[n] for n in names): dict(row) for row in result.mappings()}


async def store(
    connection: AsyncConnection,
    schema: str,
    table: sa.Table,
    rows: Mapping[Key, Row | None],
) -> None:
    """Write rows; None removes one."""
    sql = statements(table, schema)
    kept = [row for row in rows.values() if row is not None]
    gone = [key for key, row in rows.items() if row is None]
    if kept:
        arrays = tuple(_column(sql, c, kept) for c in sql.columns)
        await connection.exec_driver_sql(sql.upsert, arrays)
    if gone:
        keys = tuple(list(part) for part in zip(*gone, strict=True))
        await connection.exec_driver_sql(sql.delete, keys)


def _column(sql: Statements, name: str, rows: Sequence[Row]) -> list[Any]:
    """One column of many rows, as PostgreSQL takes it."""
    values = [row[name] for row in rows]
    if name in sql.json:
        return [_document(value) for value in values]
    if name in sql.texts:
        return [_without_nul(value) if "\x00" in value else value for value in values]
    return values


def _document(value: Any) -> str:
    text = orjson.dumps(value).decode()
    if "\\u0000" in text:
        text = orjson.dumps(_without_nul(value)).decode()
    return text


def _without_nul(value: Any) -> Any:
    """PostgreSQL knows no NUL character, in text as in JSON."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(k): _without_nul(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(v) for v in value]
    return value
