"""Queue visits and handlings: what metrics count, each a row of its own.

Written by interaction streams only, and summed at query time. `journey_v1` holds what
the next event needs; the rows of the two other tables are the parts of its rows.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from events.catalog import EVENTS, INTERACTION_TYPES
from events.interaction import DeliveryReported, InteractionOpened
from projections import columns as c
from projections.contract import (
    Fact,
    Key,
    PartTable,
    Projection,
    ReadTable,
    Row,
    by_stream,
    metadata,
)
from projections.lifecycle_row import from_row, lifecycle_columns, moved
from projections.visiting import Handling, Journey, Step, Visit, travel

JOURNEYS: Final = sa.Table(
    "journey_v1",
    metadata,
    c.key("interaction_id"),
    c.uuid("customer_id"),
    c.text("channel"),
    *lifecycle_columns(),
    c.json("visits"),
    c.json("handlings"),
    postgresql_with=c.OFTEN_CHANGED,
)
"""The lifecycle, and the latest visits and handlings as `projections.visiting` has
them."""

VISITS: Final = sa.Table(
    "queue_visit_v1",
    metadata,
    c.key("interaction_id"),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    c.text("queue"),
    c.text("channel"),
    c.time("entered_at"),
    c.time("ended_at", nullable=True),
    c.text("outcome"),
    sa.Index("queue_visit_v1_entered", "entered_at", "queue"),
    sa.Index("queue_visit_v1_ended", "ended_at", "queue"),
)

HANDLINGS: Final = sa.Table(
    "handling_v1",
    metadata,
    c.key("interaction_id"),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    c.text("agent"),
    c.text("queue"),
    c.text("channel"),
    c.time("began_at"),
    c.time("wrap_up_at", nullable=True),
    c.time("ended_at", nullable=True),
    sa.Index("handling_v1_ended", "ended_at", "queue"),
    sa.Index("handling_v1_agent", "agent", "ended_at"),
)


def evolve(row: Row | None, fact: Fact) -> Row | None:
    """The interaction's journey after one of its events."""
    event = fact.record.event
    if isinstance(event, InteractionOpened):
        row = _opened(fact, event)
    elif row is None:
        return None
    after = moved(row, fact)
    step = Step(from_row(row), from_row(after), event, fact.record.occurred_at)
    return {**after, **_stored(travel(_journey(row), step))}


def _opened(fact: Fact, event: InteractionOpened) -> Row:
    return {
        "interaction_id": fact.record.stream,
        "customer_id": event.customer_id,
        "channel": event.channel,
    }


def _stored(journey: Journey) -> Row:
    return {
        "visits": [[*map(_plain, one)] for one in journey.visits],
        "handlings": [[*map(_plain, one)] for one in journey.handlings],
    }


def _plain(value: Any) -> Any:
    # In UTC: rows are compared as text.
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _journey(row: Row) -> Journey:
    return Journey(
        tuple(map(_visit, row.get("visits", ()))),
        tuple(map(_handling, row.get("handlings", ()))),
    )


def _visit(stored: list[Any]) -> Visit:
    number, queue, entered_at, ended_at, outcome = stored
    return Visit(number, queue, _required(entered_at), _moment(ended_at), outcome)


def _handling(stored: list[Any]) -> Handling:
    number, agent, queue, began_at, *rest = stored
    return Handling(number, agent, queue, _required(began_at), *map(_moment, rest))


def _required(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _required(text)


def visits_of(row: Row) -> dict[Key, Row]:
    """The rows of the latest visits of a journey."""
    return _rows(row, "visits", _visit)


def handlings_of(row: Row) -> dict[Key, Row]:
    """The rows of the latest handlings of a journey."""
    return _rows(row, "handlings", _handling)


def _rows(row: Row, parts: str, read: Callable[[list[Any]], Any]) -> dict[Key, Row]:
    of = {"interaction_id": row["interaction_id"], "channel": row["channel"]}
    found = (read(stored) for stored in row.get(parts, ()))
    return {
        (row["interaction_id"], one.number): {**of, **one._asdict()} for one in found
    }


def _touches(fact: Fact) -> tuple[str, Any]:
    return "interaction", fact.record.stream


PROJECTION: Final = Projection(
    name="queue_visits",
    version=1,
    tables=(ReadTable(JOURNEYS, by_stream, evolve),),
    types=INTERACTION_TYPES - {EVENTS[DeliveryReported].type_name},
    touches=_touches,
    parts=(PartTable(VISITS, visits_of), PartTable(HANDLINGS, handlings_of)),
)
