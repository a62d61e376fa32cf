"""How the hub is doing, hop by hop."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop's lag: events not yet through it, and for how long the oldest waits (s).

    `name` is a topic (touchpoints not yet taken in), `relay`, a projection or
    `workflows`. `note` says what is unusual, or is empty.
    """

    name: str
    lag: int
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outbound:
    """Outbound messages of a connector in one ledger state."""

    connector: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at one moment; sizes in bytes."""

    head: int
    hops: list[Hop]
    outbound: list[Outbound] = field(default_factory=list)
    parked: dict[str, int] = field(default_factory=dict)
    database_bytes: int = 0
    disk_free_bytes: int = 0
