"""What a projection is: tables, and a pure `evolve(row, fact)` for each of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from events.envelope import Recorded

SCHEMA: Final = "touchline_views"
"""PostgreSQL schema of live read models."""

REBUILD_SCHEMA: Final = "touchline_rebuild"
"""PostgreSQL schema in which a rebuild fills the same tables."""

Row = dict[str, Any]
Key = tuple[Any, ...]
Named = tuple[str, str]
"""What live views learn of beside ids: a kind and a name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A recorded event and its personal record, opened; None where redacted."""

    record: Recorded
    personal: Any


def always(_fact: Fact) -> bool:
    """Every fact changes the row that is there."""
    return True


def never(_fact: Fact) -> bool:
    """No fact looks at the row that is there: rows are set once, and whole."""
    return False


def nobody(_before: Row | None, _after: Row | None) -> Iterable[Named]:
    """No change of a row concerns anybody by name."""
    return ()


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One table and how events become its rows.

    `key` names the row that a fact touches, or None; `evolve` takes the row as it is
    (None if there is none) and returns it as it shall be. Both are pure. `reads` says
    whether `evolve` looks at the row for a fact: else it is not loaded before. `wakes`
    names whom a changed row concerns beside those who watch what its fact `touches`.
    """

    table: sa.Table
    key: Callable[[Fact], Key | None]
    evolve: Callable[[Row | None, Fact], Row | None]
    reads: Callable[[Fact], bool] = always
    wakes: Callable[[Row | None, Row | None], Iterable[Named]] = nobody


@dataclass(frozen=True, slots=True)
class PartTable:
    """A table of parts: one row of a projection's first table makes several here.

    `split` gives the latest parts of a row, by key, and is pure. Those that an event
    changed are written whole; a part stays when later rows do not name it any more.
    """

    table: sa.Table
    split: Callable[[Row], Mapping[Key, Row]]


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model: `name` and `version` own their tables; `types` are event types.

    `touches` tells live views what changed: a pair of kind and id. `parts` are written
    from the rows of the first of `tables`.
    """

    name: str
    version: int
    tables: tuple[ReadTable, ...]
    types: frozenset[str]
    touches: Callable[[Fact], tuple[str, UUID]]
    parts: tuple[PartTable, ...] = ()

    @property
    def stored(self) -> tuple[sa.Table, ...]:
        """All its tables."""
        return (*(t.table for t in self.tables), *(p.table for p in self.parts))

    @property
    def key(self) -> str:
        """Name with version, as watermarks and parked work are stored under."""
        return f"{self.name}_v{self.version}"


def by_stream(fact: Fact) -> Key | None:
    """The row of the fact's own stream."""
    return (fact.record.stream,)


metadata: Final = sa.MetaData(schema=SCHEMA)
"""All read-model tables; drivers translate the schema for rebuilds."""
