"""How the hub is doing, hop by hop, and what somebody has to look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from hub.runtime.spans import span

GIGABYTE: Final = 1024**3
LATE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop's lag: events not yet through it, and for how long the oldest waits (s).

    `name` is a topic (touchpoints not yet taken in), `relay`, a projection,
    `workflows`, `replies` (not yet claimed by a connector) or `follow-ups` (due and not
    yet brought back). `process` is the command that moves it on. `note` says what is
    unusual, or is empty.
    """

    name: str
    process: str
    lag: int
    seconds: float = 0.0
    note: str = ""

    @property
    def bad(self) -> bool:
        """Whether somebody has to look at it."""
        return bool(self.note) or self.seconds > LATE_SECONDS


@dataclass(frozen=True, slots=True)
class Outbound:
    """Outbound messages of a connector in one ledger state.

    `seconds` is for how long the oldest waits that is still to be sent (s), and
    `overdue` how long ago the next attempt should have begun (s): that nobody sends,
    where `seconds` alone may mean that a receiver asks for patience.
    """

    connector: str
    state: str
    count: int
    seconds: float = 0.0
    overdue: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at one moment; sizes in bytes."""

    head: int
    hops: list[Hop]
    outbound: list[Outbound] = field(default_factory=list)
    parked: dict[str, int] = field(default_factory=dict)
    database_bytes: int = 0
    disk_free_bytes: int = 0

    @property
    def disk(self) -> str:
        """How much room is taken and left, in words."""
        database = self.database_bytes / GIGABYTE
        free = self.disk_free_bytes / GIGABYTE
        return f"Disk: database {database:.2f} GB, {free:.1f} GB free"


def of_role(found: Status, role: str) -> Status:
    """What one role has to do with: the hops it moves on; a connector's, what it sends.

    `role` is the first word of the command that runs it.
    """
    hops = [hop for hop in found.hops if hop.process.split()[0] == role]
    outbound = found.outbound if role == "connector" else []
    return replace(found, hops=hops, outbound=outbound)


def problems(found: Status) -> list[str]:
    """What somebody has to look at, and what to do."""
    return [*(_of_hop(hop) for hop in found.hops if hop.bad), *_unsent(found)]


def _of_hop(hop: Hop) -> str:
    late = f"{span(hop.seconds)} late, {hop.lag} waiting; {_todo(hop.process)}"
    return f"{hop.name}: {hop.note or late}"


def _unsent(found: Status) -> Iterator[str]:
    for one in found.outbound:
        if one.overdue > LATE_SECONDS:
            todo = _todo(f"connector run {one.connector}")
            yield f"{one.connector}: {span(one.overdue)} late to send; {todo}"


def _todo(process: str) -> str:
    return f"start `touchline {process}`, or look into its log"
