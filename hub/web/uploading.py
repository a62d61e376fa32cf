"""Files for a reply: taken in as a stream, and part of a draft until it is sent."""

import mimetypes
import unicodedata
from typing import Final
from uuid import UUID, uuid4

from fastapi import Request

from hub.application.drafts import Place, Upload
from hub.application.errors import NotFoundError, RefusedError
from hub.web.kinds import UNKNOWN, kind
from hub.web.services import services

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of one file that no setting can exceed."""
LONGEST_NAME: Final = 120

# The built-in table alone: what is sent must not depend on the machine.
_TYPES: Final = mimetypes.MimeTypes()
_MEGABYTE: Final = 1024 * 1024


async def receive(request: Request, place: Place, name: str) -> Upload:
    """Take in the request's body as a file of a draft.

    Raises:
        RefusedError: it is empty, too large, or one too many.
    """
    hub = services(request)
    there = await hub.uploads.of(place)
    most = hub.settings.web.attachments
    if len(there) >= most:
        raise RefusedError(
            "{most} files at most go with a reply. Remove one first.", most=most
        )
    room = hub.settings.web.attachments_mb * _MEGABYTE
    data = await _body(request, room - sum(one.file.size for one in there), room)
    shown = file_name(name)
    upload = uuid4()
    stored = await hub.blobs.put(
        # Whose bytes are whose must be certain when files are cleared away.
        data,
        owner=f"upload/{upload}",
        name=shown,
        media_type=_media_type(data, shown),
    )
    found = Upload(upload, stored)
    await hub.uploads.add(place, found)
    return found


async def drop(request: Request, place: Place, upload: UUID) -> None:
    """Forget a file of a draft.

    Raises:
        NotFoundError: it is not there, or was sent.
    """
    hub = services(request)
    dropped = await hub.uploads.drop(place, upload)
    if dropped is None:
        raise NotFoundError("This file is not there any more, or it was sent already.")
    await hub.blobs.remove(dropped.file)


def file_name(raw: str) -> str:
    """A name without folders and invisible characters, and not too long."""
    base = raw.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:  # noqa: PLR2004  # not a suffix, but a sentence
        return plain[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


async def _body(request: Request, room: int, whole: int) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > room:
            raise RefusedError(
                "Files of {megabytes} MB together go with a reply. This one is too"
                " large; send a link instead.",
                megabytes=whole // _MEGABYTE,
            )
    if not data:
        raise RefusedError("This file is empty.")
    return bytes(data)


def _media_type(data: bytes, name: str) -> str:
    """By content; what we do not know goes by the name that our own agent gave."""
    found = kind(data)
    return found if found != UNKNOWN else _TYPES.guess_type(name)[0] or UNKNOWN
