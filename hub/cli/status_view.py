"""What `touchline status` shows."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from hub.application.status import Hop, Outbound, Status
from hub.cli.output import Listing
from hub.runtime.spans import span

__all__ = ["document", "listings"]


def document(found: Status, wrong: Sequence[str]) -> dict[str, Any]:
    """The JSON form."""
    return {"healthy": not wrong, "problems": list(wrong), **asdict(found)}


def listings(found: Status) -> Iterator[Listing | str]:
    """Tables of what was measured; empty ones are left out."""
    columns = ("hop", "events behind", "oldest waits", "note")
    rows = [(one.name, one.lag, _age(one), one.note) for one in found.hops]
    marks = {n: "red" for n, one in enumerate(found.hops) if one.bad}
    title = f"Lag (the newest event has position {found.head})"
    yield Listing(title, columns, rows, marks=marks)
    if found.outbound:
        yield _outbound(found)
    if found.parked:
        yield Listing("Parked", ("kind", "count"), list(found.parked.items()))
    yield found.disk


def _outbound(found: Status) -> Listing:
    columns = ("connector", "state", "messages", "oldest waits")
    rows = [(o.connector, o.state, o.count, _age(o)) for o in found.outbound]
    return Listing("Outbound", columns, rows)


def _age(one: Hop | Outbound) -> str | None:
    return span(one.seconds) if one.seconds else None
