"""A stored file as an answer: streamed, and unable to do anything in the browser."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final
from urllib.parse import quote

from fastapi import Response
from starlette.responses import RedirectResponse, StreamingResponse

from events.touchpoint import Attachment
from hub.application.errors import NotFoundError
from hub.application.files import Blobs, UnreadableFileError
from hub.domain.refusing import Wording
from hub.web.kinds import PDF, TEXT, UNKNOWN, kind

_ALONE: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
_SANDBOXED: Final = f"{_ALONE}; form-action 'none'; sandbox"
# Browsers do not start their reader of PDF in a sandbox; it is one itself.
_POLICIES: Final = {PDF: f"{_ALONE}; object-src 'self'"}
_MEDIA_TYPES: Final = {TEXT: "text/plain; charset=utf-8"}
_UNSAFE = re.compile(r"[^ !#$&+.\w()=@^{}~-]|[\x80-\U0010ffff]", re.ASCII)
# Characters that turn the direction of text can make "exe.txt" of "txt.exe".
_HIDDEN = re.compile("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_GONE: Final = Wording("This file is not there any more. Ask for it to be sent again.")
_BROKEN: Final = Wording(
    "This file was damaged where it is kept. Ask for it to be sent again."
)


async def download(blobs: Blobs, file: Attachment) -> Response:
    """The file, to be saved and not shown.

    Raises:
        NotFoundError: it is not there any more, or was damaged.
    """
    first, rest = await _begun(blobs, file)
    return StreamingResponse(
        _joined(first, rest), media_type=UNKNOWN, headers=_headers(file)
    )


async def preview(blobs: Blobs, file: Attachment, instead: str) -> Response:
    """The file, shown if its content is harmless; others lead to `instead`.

    Raises:
        NotFoundError: it is not there any more, or was damaged.
    """
    first, rest = await _begun(blobs, file)
    found = kind(first)
    if found == UNKNOWN:
        await rest.aclose()
        return RedirectResponse(instead, 303)
    return StreamingResponse(
        _joined(first, rest),
        media_type=_MEDIA_TYPES.get(found, found),
        headers=_headers(file, "inline", _POLICIES.get(found, _SANDBOXED)),
    )


def disposition(how: str, name: str) -> str:
    """The field of RFC 6266 with the name in both forms (RFC 8187)."""
    shown = _HIDDEN.sub("", name).encode(errors="replace").decode() or "file"
    plain = _UNSAFE.sub("_", shown)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def _headers(
    file: Attachment, how: str = "attachment", policy: str = _SANDBOXED
) -> dict[str, str]:
    return {
        "Content-Disposition": disposition(how, file.name),
        "Content-Security-Policy": policy,
        "Content-Length": str(file.size),
    }


async def _begun(blobs: Blobs, file: Attachment) -> tuple[bytes, AsyncGenerator[bytes]]:
    """The first chunk and the others: after it, no error can become a page."""
    chunks = blobs.read(file)
    try:
        return await anext(chunks), chunks
    except FileNotFoundError as error:
        raise NotFoundError(_GONE) from error
    except UnreadableFileError as error:
        raise NotFoundError(_BROKEN) from error


async def _joined(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(rest):
        yield first
        async for chunk in rest:
            yield chunk
