"""When a reply that nobody claimed is published again: ever more rarely. Pure.

While a connector is down, its replies lie in their topic, and copies help nobody. They
are for what the broker lost, and for what the connector could not read.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

DAY: Final = timedelta(days=1)
YEAR: Final = timedelta(days=365)


def ages(first: timedelta) -> Iterator[timedelta]:
    """How old a reply is whenever it is due: twice the age each time, then daily.

    After a year it is due only at a relay's first look.
    """
    age = first
    while age <= YEAR:
        yield age
        age += min(age, DAY)


def due(
    first: timedelta, since: datetime | None, now: datetime
) -> Multirange[datetime]:
    """The recording times of replies that became due after `since`, until `now`.

    A first look has no `since`: all are due that are old enough.
    """
    if since is None:
        return Multirange([Range(None, now - first, "(]")])
    return Multirange([Range(since - age, now - age, "(]") for age in ages(first)])
