"""Finding what came with a contact, for pages and API."""

from uuid import UUID

from fastapi import Request

from events.touchpoint import Attachment
from hub.application.errors import NotFoundError
from hub.web.reading import reading
from projections.queries.content import Content, content


async def content_of(request: Request, customer: UUID, touchpoint: UUID) -> Content:
    """What came with a contact.

    Raises:
        NotFoundError: there is no such contact.
    """
    async with reading(request) as connection:
        found = await content(connection, customer, touchpoint)
    if found is None:
        raise NotFoundError("There is no such message, or it has not arrived here yet.")
    return found


def file_of(found: Content, number: int) -> Attachment:
    """One of the files that came with it, counted from 0.

    Raises:
        NotFoundError: there are not so many.
    """
    if not 0 <= number < len(found.files):
        raise NotFoundError("This message has no such file.")
    return found.files[number]
