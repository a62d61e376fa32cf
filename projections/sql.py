"""Run constant SQL with parameters on a SQLAlchemy connection."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection


async def fetch(
    connection: AsyncConnection, sql: str, parameters: tuple[Any, ...] = ()
) -> list[tuple[Any, ...]]:
    """All rows of a query, as plain tuples."""
    result = await connection.exec_driver_sql(sql, parameters)
    return [tuple(row) for row in result.all()]
