"""What `touchline status` shows, and what it calls a problem."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from hub.application.status import Hop, Outbound, Status
from hub.cli.output import Listing, span

__all__ = ["document", "listings", "problems"]

GIGABYTE: Final = 1024**3
LATE_SECONDS: Final = 60.0


def problems(found: Status) -> list[str]:
    """What somebody has to look at, and what to do."""
    return [*map(_of_hop, filter(_bad, found.hops)), *_unsent(found)]


def _bad(hop: Hop) -> bool:
    return bool(hop.note) or hop.seconds > LATE_SECONDS


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


def document(found: Status, wrong: Sequence[str]) -> dict[str, Any]:
    """The JSON form."""
    return {"healthy": not wrong, "problems": list(wrong), **asdict(found)}


def listings(found: Status) -> Iterator[Listing | str]:
    """Tables of what was measured; empty ones are left out."""
    columns = ("hop", "events behind", "oldest waits", "note")
    rows = [(one.name, one.lag, _age(one), one.note) for one in found.hops]
    marks = {n: "red" for n, one in enumerate(found.hops) if _bad(one)}
    title = f"Lag (the newest event has position {found.head})"
    yield Listing(title, columns, rows, marks=marks)
    if found.outbound:
        yield _outbound(found)
    if found.parked:
        yield Listing("Parked", ("kind", "count"), list(found.parked.items()))
    yield _disk(found)


def _outbound(found: Status) -> Listing:
    columns = ("connector", "state", "messages", "oldest waits")
    rows = [(o.connector, o.state, o.count, _age(o)) for o in found.outbound]
    return Listing("Outbound", columns, rows)


def _age(one: Hop | Outbound) -> str | None:
    return span(one.seconds) if one.seconds else None


def _disk(found: Status) -> str:
    database = found.database_bytes / GIGABYTE
    free = found.disk_free_bytes / GIGABYTE
    return f"Disk: database {database:.2f} GB, {free:.1f} GB free"
