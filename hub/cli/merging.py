"""What `touchline customers` does about customers who are one person."""

import getpass
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault, Listing
from hub.cli.reading import one_customer, uuid_of
from hub.domain.handing_over import Actor
from projections.queries.customer import Card
from projections.queries.merging import Merge, Preview, Side, preview

__all__ = [
    "history_listing",
    "merge",
    "operator",
    "planned",
    "preview_listing",
    "unmerge",
]


def operator() -> Actor:
    """Whoever runs the command: who may, on this machine, may decide everything."""
    return Actor(f"cli:{getpass.getuser()}", supervisor=True)


async def planned(services: Services, part: str, into: str) -> Preview:
    """Both sides of a merge and what is shown after it; nothing is done.

    Raises:
        Fault: nobody, or more than one, is known so.
        CommandError: the rules forbid it.
    """
    here, there = await _meant(services, part), await _meant(services, into)
    plan = await services.customers.preview(here, there)
    async with services.engine.connect() as connection:
        found = await preview(connection, plan.part, plan.whole)
    if found is None:
        raise Fault("They have not arrived in the read models.", code=Exit.NOT_FOUND)
    return found


async def merge(services: Services, part: str, into: str, why: str) -> dict[str, Any]:
    """Make one a part of the other; raises as `planned`."""
    here, there = await _meant(services, part), await _meant(services, into)
    done = await services.customers.merge(here, operator(), there, why)
    return done._asdict()


async def unmerge(services: Services, part: str, why: str) -> dict[str, Any]:
    """Make a part a customer of its own again.

    Raises:
        Fault: nobody is known so, or it does not say which part.
        CommandError: the rules forbid it.
    """
    async with services.engine.connect() as connection:
        card = await one_customer(services, connection, part)
    key = _part(card, part)
    done = await services.customers.unmerge(key, operator(), why=why)
    return done._asdict()


async def _meant(services: Services, who: str) -> UUID:
    """The very customer of an id; else the person who is known so."""
    async with services.engine.connect() as connection:
        card = await one_customer(services, connection, who)
    return uuid_of(who) or card.customer_id


def _part(card: Card, who: str) -> UUID:
    named = {one.customer_id for one in card.identifiers if who in {one.value, one.raw}}
    parts = [one.customer_id for one in card.members]
    meant = uuid_of(who) or next(iter(named.intersection(parts)), None)
    if meant is not None:
        return meant
    if len(parts) == 1:
        return parts[0]
    if not parts:
        raise Fault(f"Nobody is a part of {who}.", code=Exit.USAGE)
    several = "\n".join(f"  {one.customer_id}  {one.name}" for one in card.members)
    raise Fault(
        f"{who} does not say which part:\n{several}",
        hint="Give the id of the part, or an address of it.",
        code=Exit.USAGE,
    )


def history_listing(found: Sequence[Merge]) -> Listing:
    """Merges, one a line."""
    columns = ("when", "part", "of", "by", "why", "undone")
    rows = [
        (
            one.merged_at,
            one.customer_name or one.customer_id,
            one.into_name or one.merged_into,
            one.merged_by,
            one.why,
            one.undone_at and f"{one.undone_at:%Y-%m-%d %H:%M} {one.undone_by}",
        )
        for one in found
    ]
    return Listing("Merges", columns, rows, empty="Merged with nobody.")


def preview_listing(found: Preview) -> Listing:
    """The two sides of a merge beside each other, and the result."""
    sides = found.part, found.whole, found.result
    rows = [(name, *map(told, sides)) for name, told in _TOLD.items()]
    return Listing("Merge", ("what", "part", "whole", "together"), rows)


def _known(side: Side) -> str:
    return ", ".join(f"{one.kind}:{one.value}" for one in side.card.identifiers)


_TOLD = {
    "name": lambda side: side.card.name or None,
    "id": lambda side: side.card.customer_id,
    "known as": _known,
    "contacts": lambda side: side.card.contacts_in + side.card.contacts_out,
    "first contact": lambda side: side.card.first_contact_at,
    "last contact": lambda side: side.card.last_contact_at,
    "open": lambda side: ", ".join(f"#{one.number}" for one in side.open_work),
}
