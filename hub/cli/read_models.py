"""How current read models are, and their rebuild with its proof."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault, Listing, progress
from hub.runtime.clock import SystemClock
from projections.catalog import ALL, BY_NAME
from projections.contract import Projection
from projections.rebuild import Proof

__all__ = [
    "MEANING",
    "Done",
    "Plan",
    "Standing",
    "chosen",
    "listing",
    "proof_listing",
    "rebuild",
    "standing",
]

STANDING: Final = """
SELECT w.projection, count(e.*), min(e.recorded_at)
FROM touchline_views.watermarks w
LEFT JOIN touchline_store.events e
  ON e.slice = w.slice AND e.notification_id > w.position
GROUP BY w.projection
"""
PARKED: Final = """
SELECT projection, count(DISTINCT stream) FROM touchline_views.parked_events
GROUP BY projection
"""
MEANING: Final = (
    "live and rebuilt: how many rows the table has, and a sum over all their columns. "
    "They are equal only if every row and column is."
)
STOPPED: Final = "SELECT projection, reason FROM touchline_views.stopped_projections"


@dataclass(frozen=True, slots=True)
class Standing:
    """One read model: events not applied yet, parked streams, why it stopped."""

    name: str
    version: int
    behind: int | None
    oldest: datetime | None
    parked: int
    stopped: str

    def document(self) -> dict[str, Any]:
        """The JSON form; `behind` is null where it never ran."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to rebuild, and how."""

    projections: Sequence[Projection]
    workers: int
    keep: bool


@dataclass(frozen=True, slots=True)
class Done:
    """A finished rebuild."""

    proofs: Sequence[Proof]
    events: int
    seconds: float

    @property
    def equal(self) -> bool:
        """Whether everything that was rebuilt equals what is live."""
        return all(proof.equal for proof in self.proofs)

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        proofs = [{**asdict(proof), "equal": proof.equal} for proof in self.proofs]
        return {
            "equal": self.equal,
            "events": self.events,
            "seconds": round(self.seconds, 3),
            "projections": proofs,
        }

    def text(self) -> str:
        """One sentence for people."""
        rate = self.events / self.seconds if self.seconds else 0.0
        return f"{self.events} events in {self.seconds:.1f} s ({rate:.0f}/s)."


def chosen(names: Sequence[str], *, everything: bool) -> Sequence[Projection]:
    """The projections of these names, or all of them.

    Raises:
        Fault: there is no such projection, or it is not clear which are meant.
    """
    if bool(names) == everything:
        hint = f"There are: {', '.join(BY_NAME)}."
        wrong = "Give names of read models, or --all for every one."
        raise Fault(wrong, hint=hint, code=Exit.USAGE)
    unknown = sorted(set(names) - set(BY_NAME))
    if unknown:
        raise Fault(
            f"There is no read model {', '.join(unknown)}.",
            hint=f"There are: {', '.join(BY_NAME)}.",
            code=Exit.NOT_FOUND,
        )
    return list(ALL) if everything else [BY_NAME[name] for name in names]


async def standing(services: Services) -> list[Standing]:
    """How current each read model of this release is."""
    async with services.engine.connect() as connection:
        marks = {row[0]: row for row in await connection.execute(sa.text(STANDING))}
        parked = {row[0]: row[1] for row in await connection.execute(sa.text(PARKED))}
        stopped = {row[0]: row[1] for row in await connection.execute(sa.text(STOPPED))}
    return [
        Standing(
            name=one.name,
            version=one.version,
            behind=marks[one.key][1] if one.key in marks else None,
            oldest=marks[one.key][2] if one.key in marks else None,
            parked=parked.get(one.key, 0),
            stopped=stopped.get(one.key, ""),
        )
        for one in ALL
    ]


async def rebuild(services: Services, plan: Plan) -> Done:
    """Rebuild beside the live tables, compare, and drop what was rebuilt."""
    work = services.rebuild(*plan.projections)
    count, began = _Count(), time.monotonic()
    with ExitStack() as stack:
        proofs = await work.run(
            workers=plan.workers,
            begin=lambda ahead: count.show(
                stack.enter_context(progress("Rebuilding", ahead))
            ),
            progress=count.add,
        )
    if not plan.keep:
        await work.discard()
    return Done(proofs, count.events, time.monotonic() - began)


class _Count:
    """Counts events, and shows them once there is something to show them with."""

    def __init__(self) -> None:
        self.events = 0
        self._advance: Callable[[int], None] = lambda _by: None

    def show(self, advance: Callable[[int], None]) -> None:
        self._advance = advance

    def add(self, events: int) -> None:
        self.events += events
        self._advance(events)


def listing(found: Sequence[Standing]) -> Listing:
    """The read models, one a line."""
    now = SystemClock().now()
    columns = (
        "name",
        "version",
        "events behind",
        "oldest",
        "parked streams",
        "stopped",
    )
    rows = [
        (
            one.name,
            one.version,
            "never ran" if one.behind is None else one.behind,
            now - one.oldest if one.oldest else None,
            one.parked,
            one.stopped or None,
        )
        for one in found
    ]
    marks = {index: "red" for index, one in enumerate(found) if one.stopped}
    return Listing("Read models", columns, rows, marks=marks)


def proof_listing(done: Done) -> Listing:
    """Live and rebuilt checksums side by side."""
    rows = [
        (
            proof.projection,
            table,
            live,
            proof.rebuilt.get(table),
            live == proof.rebuilt.get(table),
        )
        for proof in done.proofs
        for table, live in proof.live.items()
    ]
    columns = ("read model", "table", "live: rows/sum", "rebuilt: rows/sum", "equal")
    return Listing("Rebuilt and compared", columns, rows)
