"""Shows the newest events and goes on with what follows."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from events.envelope import Stored
from events.sealing import Unsealer
from hub.bootstrap.services import Services
from hub.cli.event_lines import document, line, type_names
from hub.cli.output import write_json_line

__all__ = ["View", "tail", "type_names"]

POLL_SECONDS: Final = 0.5
STRIDE: Final = 500
"""How many positions are looked at before the newest ones, at first."""


@dataclass(frozen=True, slots=True)
class View:
    """Which events are shown, and how."""

    types: list[str] = field(default_factory=list)
    personal: bool = False
    json: bool = False

    def show(self, stored: Stored, unsealer: Unsealer) -> None:
        """Print one event."""
        opening = unsealer if self.personal else None
        if self.json:
            write_json_line(document(stored, opening))
        else:
            print(line(stored, opening), flush=True)


async def tail(services: Services, view: View, last: int, *, follow: bool) -> None:
    """Show the newest events, then with `follow` new ones until cancelled."""
    head = max((await services.store.heads()).values(), default=0)
    for stored in await _newest(services, view, last, head):
        view.show(stored, services.unsealer)
    while follow:
        async for stored in services.store.read(after=head, types=view.types or None):
            view.show(stored, services.unsealer)
            head = stored.position
        await asyncio.sleep(POLL_SECONDS)


async def _newest(
    services: Services, view: View, last: int, head: int
) -> Iterable[Stored]:
    """Look back in growing strides until there are enough."""
    stride = max(STRIDE, last)
    while True:
        after = max(0, head - stride)
        found: deque[Stored] = deque(maxlen=last)
        async for stored in services.store.read(
            after=after, until=head, types=view.types or None
        ):
            found.append(stored)
        if len(found) == last or after == 0:
            return found
        stride *= 8
