"""Checksums of read models: equal rows give equal sums, in any order of rows."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.contract import Projection
from projections.sql import fetch


async def of_table(connection: AsyncConnection, schema: str, table: sa.Table) -> str:
    """Row count and the sum of 64-bit row hashes, over all columns."""
    columns = ", ".join(f"t.{c.name}" for c in table.columns)
    ((count, total),) = await fetch(
        connection,
        "SELECT count(*), coalesce(sum(hashtextextended(ROW("  # noqa: S608
        f"{columns})::text, 0)::numeric), 0) FROM {schema}.{table.name} t",
    )
    return f"{count}/{total}"


async def of_projection(
    connection: AsyncConnection, schema: str, projection: Projection
) -> dict[str, str]:
    """The checksum of each of its tables, by table name."""
    # Times are compared as text: in one zone, whatever the session's is.
    await connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
    return {
        table.name: await of_table(connection, schema, table)
        for table in projection.stored
    }
