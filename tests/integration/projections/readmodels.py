"""Drivers on a real database, their checksums and their bookkeeping."""

from dataclasses import replace

from projections import checksum, watermarks
from projections.catalog import ALL
from projections.catchup import drive
from projections.contract import SCHEMA
from projections.driver import Driver
from projections.rebuild import Rebuild
from projections.sql import fetch
from tests.integration.store.keys import opening


class ReadModels:
    def __init__(self, engine, source, clock):
        self.engine, self.source, self.clock = engine, source, clock
        self.driver = self.another()

    def another(self, projections=ALL):
        """A driver as another process has it."""
        return Driver(self.engine, projections, opening(), self.clock)

    async def catch_up(self):
        """Apply everything that the store holds; answer how many events that was."""
        applied, heads = [], await self.source.heads()
        await drive(self.driver, self.source, heads, progress=applied.append)
        return sum(applied)

    async def sums(self):
        """Checksums of all live tables."""
        async with self.engine.connect() as connection, connection.begin():
            return {
                p.name: await checksum.of_projection(connection, SCHEMA, p) for p in ALL
            }

    async def marks(self, projection=ALL[0]):
        """Watermarks of one projection by slice."""
        async with self.engine.connect() as connection:
            found = await watermarks.read(connection, SCHEMA, [projection.key])
        return {slice_: position for (_, slice_), position in found.items()}

    async def rows(self, sql, *parameters):
        async with self.engine.connect() as connection:
            return await fetch(connection, sql, parameters)

    def rebuild(self, projections=ALL):
        return Rebuild(self.driver, self.source, projections)


def failing(projection, condition, error):
    """The projection with a fault: it raises where the condition holds of a fact."""

    def broken(table):
        def evolve(row, fact):
            if condition(fact):
                raise error
            return table.evolve(row, fact)

        return replace(table, evolve=evolve)

    return replace(projection, tables=tuple(map(broken, projection.tables)))


def unstorable(projection):
    """The projection with a bug: a row that its table cannot take."""

    def broken(table):
        def evolve(row, fact):
            after = table.evolve(row, fact)
            return after and {**after, "opened_at": "not a time"}

        return replace(table, evolve=evolve)

    return replace(projection, tables=tuple(map(broken, projection.tables)))
