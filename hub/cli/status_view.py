"""What `touchline status` shows to people."""

from collections.abc import Iterator

from hub.cli.hop import Hop
from hub.cli.lag import Measured
from hub.cli.output import Listing, span

__all__ = ["listings"]

GIGABYTE = 1024**3


def listings(found: Measured) -> Iterator[Listing | str]:
    """Tables of what was measured; empty ones are left out."""
    columns = ("hop", "events behind", "oldest", "slices behind")
    rows = [_row(hop) for hop in found.hops]
    yield Listing(f"Lag (the store's head is {found.head})", columns, rows)
    if found.outbound:
        yield Listing("Outbound", ("state", "messages"), list(found.outbound.items()))
    if found.parked:
        yield Listing("Parked", ("where", "count"), list(found.parked.items()))
    yield from found.notes
    yield _disk(found)


def _row(hop: Hop) -> tuple[object, ...]:
    age = span(hop.seconds) if hop.events else None
    return hop.name, hop.events, age, hop.slices


def _disk(found: Measured) -> str:
    database = found.disk["database_bytes"] / GIGABYTE
    free = found.disk["free_bytes"] / GIGABYTE
    return f"Disk: database {database:.2f} GB, {free:.1f} GB free"
