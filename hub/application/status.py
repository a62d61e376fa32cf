"""How the hub is doing, hop by hop."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop's lag: events not yet through it, and for how long the oldest waits (s).

    `name` is a topic (touchpoints not yet taken in), `relay`, a projection,
    `workflows`, or `replies` (not yet claimed by a connector). `process` is the command
    that moves it on. `note` says what is unusual, or is empty.
    """

    name: str
    process: str
    lag: int
    seconds: float = 0.0
    note: str = ""


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
