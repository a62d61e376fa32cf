"""Calls that ring at somebody now, and who is calling."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import calls, customer_card, interaction_view
from projections.queries import groups
from projections.queries.customer import timeline
from projections.queries.interaction import OpenWork, open_work
from projections.queries.suggestions import maybe
from projections.queries.timeline import Contact

CALL: Final = calls.TABLE.c
VIEW: Final = interaction_view.VIEW.c
CARD: Final = customer_card.TABLE.c

LONGEST_RING: Final = timedelta(minutes=10)
"""A ring that is older than this has ended, whatever the telephone system says."""

MOST_RINGING: Final = 5
MOST_OPEN: Final = 4
LAST_CONTACTS: Final = 3
MOST_GUESSES: Final = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """Somebody who used the same number."""

    customer_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that rings at somebody, with what they want to know before they answer.

    `level` says how well the caller is known: `known` (the number was the customer's
    before this call), `maybe` (others called from it: `guesses`) or `unknown`. `caller`
    is empty for withheld numbers; `began_at` is since when the caller waits.
    """

    interaction_id: UUID
    number: int
    customer_id: UUID
    customer_name: str
    level: str
    caller: str
    called: str
    queue: str
    began_at: datetime
    guesses: tuple[Guess, ...] = ()
    open_work: tuple[OpenWork, ...] = field(default=())
    last_contacts: tuple[Contact, ...] = field(default=())


_RINGING: Final = (
    sa.select(
        VIEW.interaction_id,
        VIEW.number,
        groups.root(VIEW.customer_id).label("customer_id"),
        VIEW.queue,
        CALL.caller,
        CALL.called,
        CALL.began_at,
        groups.NAME.label("customer_name"),
        (CARD.known_since < CALL.began_at).label("was_known"),
    )
    .select_from(calls.TABLE)
    .join(interaction_view.VIEW, VIEW.interaction_id == CALL.interaction_id)
    .outerjoin(customer_card.TABLE, CARD.customer_id == groups.root(VIEW.customer_id))
    # A literal, not a parameter: only so the partial index applies.
    .where(CALL.ringing != sa.literal_column("'[]'::jsonb"))
    .order_by(CALL.began_at, CALL.interaction_id)
    .limit(MOST_RINGING)
)


async def ringing(
    connection: AsyncConnection, agent: str, now: datetime
) -> tuple[Ringing, ...]:
    """The calls that ring at an agent, the longest waiting first."""
    rows = await connection.execute(
        _RINGING.where(
            CALL.ringing.contains([agent]), CALL.rang_at > now - LONGEST_RING
        )
    )
    return tuple([await _ringing(connection, row) for row in rows.all()])


async def _ringing(connection: AsyncConnection, row: sa.Row[Any]) -> Ringing:
    values = row._asdict()
    was_known = values.pop("was_known")
    customer, this = row.customer_id, row.interaction_id
    guesses = () if was_known else await _guesses(connection, row)
    return Ringing(
        **values,
        level="known" if was_known else "maybe" if guesses else "unknown",
        guesses=guesses,
        open_work=await _open(connection, customer, this),
        last_contacts=await _last(connection, customer, this),
    )


async def _guesses(connection: AsyncConnection, row: sa.Row[Any]) -> tuple[Guess, ...]:
    """Who used the number where several do; then who else called from it."""
    used = await maybe(connection, row.customer_id)
    named = [Guess(one.customer_id, one.name) for one in used if one.name]
    called = await _callers(connection, row.caller, row.customer_id)
    return tuple(dict.fromkeys([*named, *called]))[:MOST_GUESSES]


async def _callers(
    connection: AsyncConnection, caller: str, customer: UUID
) -> tuple[Guess, ...]:
    """Who else called from the number, and has a name."""
    if not caller:
        return ()
    person = groups.root(VIEW.customer_id)
    rows = await connection.execute(
        sa.select(CARD.customer_id, CARD.name)
        .distinct()
        .select_from(calls.TABLE)
        .join(interaction_view.VIEW, VIEW.interaction_id == CALL.interaction_id)
        .join(customer_card.TABLE, CARD.customer_id == person)
        .where(CALL.caller == caller, CARD.customer_id != customer, CARD.name != "")
        .order_by(CARD.name, CARD.customer_id)
        .limit(MOST_GUESSES)
    )
    return tuple(Guess(*row) for row in rows)


async def _open(
    connection: AsyncConnection, customer: UUID, this: UUID
) -> tuple[OpenWork, ...]:
    found = await open_work(connection, customer, limit=MOST_OPEN + 1)
    return tuple(one for one in found if one.interaction_id != this)[:MOST_OPEN]


async def _last(
    connection: AsyncConnection, customer: UUID, this: UUID
) -> tuple[Contact, ...]:
    """The newest first."""
    page = await timeline(connection, customer, limit=LAST_CONTACTS + 1)
    others = [one for one in page.items if one.interaction_id != this]
    return tuple(others[::-1][:LAST_CONTACTS])
