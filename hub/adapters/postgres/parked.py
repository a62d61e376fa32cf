"""What intake and workflows parked, and how it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A row of `touchline_store.parked_messages`: what intake could not take."""

    id: UUID
    topic: str
    partition: int
    kafka_offset: int
    kind: str
    connector: str
    reason: str
    message: bytes
    raw: bytes
    raw_blob: str
    context: dict[str, str]
    parked_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class ParkedFiring:
    """A row of `touchline_workflows.parked`: one event, for one workflow."""

    workflow: str
    event_id: UUID
    stream: UUID
    reason: str
    parked_at: datetime
    state: str


Row = TypeVar("Row", bound=ParkedMessage | ParkedFiring)


@dataclass(frozen=True, slots=True)
class ParkedTable(Generic[Row]):
    """A table of parked work, whose rows are named by the columns of `key`.

    Its name and columns are constants of the program, never input.
    """

    pool: Pool
    table: str
    row: type[Row]
    key: Sequence[str]
    order: str

    async def all(self, *, everything: bool) -> list[Row]:
        """Oldest first; only the open ones unless `everything`."""
        where = "TRUE" if everything else "state = 'parked'"
        return await self._select(where, ())

    async def one(self, *key: str | UUID) -> Row | None:
        """One of them, or None."""
        found = await self._select(self._named, key)
        return found[0] if found else None

    async def settle(
        self, parked: Row, state: str, by: tuple[str, str], now: datetime
    ) -> None:
        """Note that it was retried or discarded, by whom and why."""
        key = [getattr(parked, name) for name in self.key]
        statement = (
            f"UPDATE {self.table} SET state = %s, settled_at = %s, settled_by = %s,"  # noqa: S608
            f" settled_why = %s WHERE {self._named} AND state = 'parked'"
        )
        async with self.pool.connection() as connection:
            await connection.execute(statement, (state, now, *by, *key))

    @property
    def _named(self) -> str:
        return " AND ".join(f"{name} = %s" for name in self.key)

    async def _select(self, where: str, values: Sequence[str | UUID]) -> list[Row]:
        columns = ", ".join(field.name for field in fields(self.row))
        statement = (
            f"SELECT {columns} FROM {self.table}"  # noqa: S608
            f" WHERE {where} ORDER BY parked_at, {self.order}"
        )
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(self.row))
            await cursor.execute(statement, values)
            return await cursor.fetchall()


def parked_messages(pool: Pool) -> ParkedTable[ParkedMessage]:
    """Messages that intake parked."""
    table = "touchline_store.parked_messages"
    return ParkedTable(pool, table, ParkedMessage, key=("id",), order="id")


def parked_firings(pool: Pool) -> ParkedTable[ParkedFiring]:
    """Events that a workflow could not handle."""
    table, key = "touchline_workflows.parked", ("workflow", "event_id")
    return ParkedTable(pool, table, ParkedFiring, key=key, order="position")
