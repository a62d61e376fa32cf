"""What `touchline customers` does about who may be whom."""

from collections.abc import Sequence
from typing import Any

from events import identify
from events.touchpoint import Identifier
from hub.bootstrap.services import Services
from hub.cli.merging import operator
from hub.cli.output import Exit, Fault, Listing
from hub.cli.reading import uuid_of
from projections.queries import search
from projections.queries import suggestions as queries
from projections.queries.customer import Card
from projections.queries.suggestions import Suggestion

__all__ = ["decline", "share", "suggested", "suggestions_listing"]


async def suggested(services: Services, limit: int) -> Sequence[Suggestion]:
    """Open suggestions, the latest first."""
    async with services.engine.connect() as connection:
        return (await queries.suggested(connection, limit=limit)).items


async def decline(services: Services, suggestion: str) -> dict[str, Any]:
    """Say that two are not the same.

    Raises:
        Fault: it is no id.
        CommandError: there is no such suggestion.
    """
    key = uuid_of(suggestion)
    if key is None:
        raise Fault(
            f"{suggestion} is no id.",
            hint="`touchline customers suggestions` lists them.",
            code=Exit.USAGE,
        )
    return {"after": await services.identification.decline(key, operator().name)}


async def share(
    services: Services, text: str, *, shared: bool = True
) -> dict[str, Any]:
    """Say whether several people use an identifier.

    Raises:
        Fault: it is none, or nobody is known by it.
    """
    found = _identifier(text, services.settings.default_region)
    key = services.identification.key(found)
    async with services.engine.connect() as connection:
        owner = await search.owner(connection, key)
    if owner is None:
        raise Fault(f"Nobody is known by {text}.", code=Exit.NOT_FOUND)
    say = services.identification.share if shared else services.identification.unshare
    after = await say(owner, operator().name, found)
    return {"identifier": str(found), "customer": owner, "after": after}


def suggestions_listing(found: Sequence[Suggestion]) -> Listing:
    """Suggestions, one a line."""
    columns = ("id", "level", "customer", "other", "because of", "since")
    rows = [
        (
            one.suggestion_id,
            one.level,
            _called(one.customer),
            _called(one.other),
            ", ".join(f"{piece.kind}:{piece.value}" for piece in one.evidence),
            one.suggested_at,
        )
        for one in found
    ]
    empty = "There is nothing to decide."
    return Listing("One and the same?", columns, rows, empty=empty)


def _called(card: Card) -> str:
    known = next((one.value for one in card.identifiers), str(card.customer_id))
    return f"{card.name} ({known})" if card.name else known


def _identifier(text: str, region: str) -> Identifier:
    found = identify.stated(text, region)
    if found is None:
        raise Fault(
            f"{text} is no identifier.",
            hint="Give a mail address, a telephone number, or external:crm:4711.",
            code=Exit.USAGE,
        )
    return found
