"""Parked work: messages that intake put aside, events that a reader could not apply."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from connectors.sdk.accept import accept
from connectors.sdk.connector import RawInput
from events.touchpoint import TouchpointRejected
from hub.bootstrap import Services
from hub.bootstrap.connecting import build, open_resources
from hub.cli.output import Exit, Fault, Listing
from hub.runtime.clock import SystemClock

__all__ = [
    "detail_listing",
    "discarded",
    "listed",
    "listing",
    "retried",
    "shown",
    "write_raw",
]

LISTED: Final = """
SELECT id, 'message' AS what, connector AS place, kind, reason, parked_at
FROM touchline_store.parked_messages WHERE state = 'parked'
UNION ALL
SELECT event_id, 'event', projection, 'view', reason, parked_at
FROM touchline_views.parked_events
UNION ALL
SELECT event_id, 'event', workflow, 'workflow', reason, parked_at
FROM touchline_workflows.parked
ORDER BY parked_at LIMIT :most
"""
MESSAGE: Final = "SELECT * FROM touchline_store.parked_messages WHERE id = :id"
EVENT: Final = """
SELECT event_id AS id, projection AS place, stream, position, reason, parked_at
FROM touchline_views.parked_events WHERE event_id = :id
UNION ALL
SELECT event_id, workflow, stream, position, reason, parked_at
FROM touchline_workflows.parked WHERE event_id = :id
"""
SETTLE: Final = """
UPDATE touchline_store.parked_messages
SET state = :state, settled_at = :at, settled_by = :by, settled_why = :why
WHERE id = :id AND state = 'parked'
"""


@dataclass(frozen=True, slots=True)
class Parked:
    """One line of the list; `place` is a connector, read model or workflow."""

    id: UUID
    what: str
    place: str
    kind: str
    reason: str
    parked_at: datetime

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


async def listed(services: Services, most: int) -> Sequence[Parked]:
    """What is parked, the oldest first."""
    async with services.engine.connect() as connection:
        rows = await connection.execute(sa.text(LISTED), {"most": most})
        return [Parked(*row) for row in rows]


async def shown(services: Services, which: str) -> dict[str, Any]:
    """Everything about one parked message or event.

    Raises:
        Fault: there is none.
    """
    key = _key(which)
    async with services.engine.connect() as connection:
        for query in (MESSAGE, EVENT):
            found = await connection.execute(sa.text(query), {"id": key})
            row = found.mappings().first()
            if row:
                return dict(row)
    raise Fault(
        f"Nothing is parked under {which}.",
        hint="touchline parked list shows what is.",
        code=Exit.NOT_FOUND,
    )


def _key(which: str) -> UUID:
    try:
        return UUID(which)
    except ValueError:
        raise Fault(f"{which} is not an id.", code=Exit.USAGE) from None


async def retried(services: Services, which: str) -> dict[str, Any]:
    """Let the connector read a parked message's raw input again and publish it.

    Raises:
        Fault: it is not there, not a message, settled, or rejected again.
    """
    found = _open_message(await shown(services, which), which)
    raw = RawInput(bytes(found["raw"]), dict(found["context"]))
    if not raw.data:
        raise Fault(
            f"{which} has no raw input here to read again.",
            hint="Correct the cause, let the sender send it again, and discard this.",
        )
    async with open_resources(services.settings) as shared:
        item = await accept(build(found["connector"], services.settings, shared), raw)
    if isinstance(item, TouchpointRejected):
        # What was published just now parks again, with its new reason.
        await _settle(services, found["id"], "retried", "parked again")
        raise Fault(f"It was rejected again: {item.reason}", hint="It is listed anew.")
    await _settle(services, found["id"], "retried", "published again")
    return {"id": found["id"], "result": "published again"}


async def discarded(
    services: Services, which: str, reason: str, by: str
) -> dict[str, Any]:
    """Give a parked message up for good.

    Raises:
        Fault: it is not there, not a message, or settled.
    """
    found = _open_message(await shown(services, which), which)
    await _settle(services, found["id"], "discarded", reason, by)
    return {"id": found["id"], "result": "discarded"}


def _open_message(found: dict[str, Any], which: str) -> dict[str, Any]:
    if "message" not in found:
        raise Fault(
            f"{which} is an event that {found['place']} could not apply.",
            hint="Install the release that can, and rebuild: touchline projections.",
        )
    if found["state"] != "parked":
        raise Fault(f"{which} was {found['state']} before.", hint="Nothing to do.")
    return found


async def _settle(
    services: Services, key: UUID, state: str, why: str, by: str = "cli"
) -> None:
    values = {
        "id": key,
        "state": state,
        "why": why,
        "by": by,
        "at": SystemClock().now(),
    }
    async with services.engine.begin() as connection:
        await connection.execute(sa.text(SETTLE), values)


def listing(found: Sequence[Parked]) -> Listing:
    """Parked work, one a line."""
    columns = ("id", "what", "where", "kind", "since", "reason")
    rows = [
        (one.id, one.what, one.place, one.kind, one.parked_at, one.reason)
        for one in found
    ]
    return Listing("Parked work", columns, rows, empty="Nothing is parked.")


def detail_listing(found: dict[str, Any]) -> Listing:
    """Everything about one, without its bytes."""
    rows = [
        (name, f"{len(value)} bytes" if isinstance(value, bytes) else value)
        for name, value in found.items()
    ]
    return Listing(f"Parked {found['id']}", ("what", "value"), rows)


def write_raw(found: dict[str, Any]) -> None:
    """Write what arrived, byte for byte, to standard output.

    Raises:
        Fault: nothing is kept.
    """
    raw = bytes(found.get("raw") or found.get("message") or b"")
    if not raw:
        raise Fault("No bytes are kept for it.", code=Exit.NOT_FOUND)
    sys.stdout.buffer.write(raw)
