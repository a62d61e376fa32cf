"""Files that a message takes along: its own from the moment it is to be sent."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from fastapi import Request

from events.touchpoint import Attachment
from hub.application.drafts import Place
from hub.application.errors import ConflictError, NotFoundError, RefusedError
from hub.web.services import services

_CERTAIN: Final = (ConflictError, NotFoundError, RefusedError)
"""Then nothing was sent. After any other error it may have been: the files stay the
message's, and the same request again takes them along."""


@asynccontextmanager
async def carried(
    request: Request, place: Place, files: Sequence[UUID], outbound: UUID
) -> AsyncIterator[tuple[Attachment, ...]]:
    """The files of a draft that go with a message; theirs again if it is refused.

    Raises:
        RefusedError: one of them is not there.
    """
    hub = services(request)
    try:
        yield await _taken(request, place, files, outbound)
    except _CERTAIN:
        await hub.uploads.release(outbound)
        raise


async def _taken(
    request: Request, place: Place, files: Sequence[UUID], outbound: UUID
) -> tuple[Attachment, ...]:
    if not files:
        return ()
    taken = await services(request).uploads.claim(place, files, outbound)
    if len(taken) < len(set(files)):
        raise RefusedError(
            "A file is not there any more, or was sent already. Attach it again."
        )
    return tuple(upload.file for upload in taken)
