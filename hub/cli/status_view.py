"""What `touchline status` shows, and what it calls a problem."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from hub.application.status import Hop, Status
from hub.cli.output import Listing, span

__all__ = ["document", "listings", "problems"]

GIGABYTE: Final = 1024**3
LATE_SECONDS: Final = 60.0


def problems(found: Status) -> list[str]:
    """What somebody has to look at."""
    return list(_problems(found))


def _problems(found: Status) -> Iterator[str]:
    for hop in found.hops:
        if hop.note:
            yield f"{hop.name}: {hop.note}"
        elif hop.seconds > LATE_SECONDS:
            yield f"{hop.name} is {span(hop.seconds)} late; does its process run?"


def document(found: Status, wrong: Sequence[str]) -> dict[str, Any]:
    """The JSON form."""
    return {"healthy": not wrong, "problems": list(wrong), **asdict(found)}


def listings(found: Status) -> Iterator[Listing | str]:
    """Tables of what was measured; empty ones are left out."""
    columns = ("hop", "events behind", "oldest waits", "note")
    rows = [(one.name, one.lag, _age(one), one.note) for one in found.hops]
    marks = {n: "red" for n, one in enumerate(found.hops) if one.note}
    title = f"Lag (the newest event has position {found.head})"
    yield Listing(title, columns, rows, marks=marks)
    if found.outbound:
        sent = [(one.connector, one.state, one.count) for one in found.outbound]
        yield Listing("Outbound", ("connector", "state", "messages"), sent)
    if found.parked:
        yield Listing("Parked", ("kind", "count"), list(found.parked.items()))
    yield _disk(found)


def _age(hop: Hop) -> str | None:
    return span(hop.seconds) if hop.lag and hop.seconds else None


def _disk(found: Status) -> str:
    database = found.database_bytes / GIGABYTE
    free = found.disk_free_bytes / GIGABYTE
    return f"Disk: database {database:.2f} GB, {free:.1f} GB free"
