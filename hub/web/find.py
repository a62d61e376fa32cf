"""Ids as they stand in addresses."""

from uuid import UUID

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.application.errors import NotFoundError
from hub.web.reading import reading
from hub.web.services import services
from projections.queries import interaction as interactions
from projections.queries.wanted import Wanted, understood

_DIGITS = 18
"""Longer numbers do not fit the column."""


def customer_id(text: str) -> UUID:
    """The customer that an address names.

    Raises:
        NotFoundError: the text is no id.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError("There is no such customer.") from error


async def interaction_id(connection: AsyncConnection, text: str) -> UUID:
    """The interaction that an address names by its id or its number.

    Raises:
        NotFoundError: the text is no id, or nothing has this number.
    """
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        found = await interactions.interaction_id(connection, int(text))
        if found is not None:
            return found
    return only_id(text)


async def target(request: Request, key: str) -> UUID:
    """The interaction that a command is about, by its id or its number.

    Raises:
        NotFoundError: the text is no id, or nothing has this number.
    """
    if not key.isdigit():
        # The store knows it before any read model does.
        return only_id(key)
    async with reading(request) as connection:
        return await interaction_id(connection, key)


def only_id(text: str) -> UUID:
    """The interaction that an address names by its id, whether it is known or not.

    Raises:
        NotFoundError: the text is no id.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError("There is no such interaction.") from error


def asked(request: Request, text: str) -> Wanted:
    """What somebody typed to find something, understood as this installation does."""
    hub = services(request)
    return understood(text, hub.settings.default_region, hub.identification.key)
