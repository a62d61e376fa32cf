"""A contact's formatted mail with its pictures, each inside the document itself.

The frame that shows it has no origin, so that it cannot ask us for anything by the
reader's session; and its policy lets it ask nobody else.
"""

import base64
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from html import unescape
from typing import Final

from events.touchpoint import Attachment
from hub.application.files import Blobs, UnreadableFileError
from hub.web.kinds import IMAGES, kind
from hub.web.services import RemoteImages

MOST_IMAGES: Final = 60
"""Pictures of one mail that are shown."""

MOST_BYTES: Final = 12 * 1024 * 1024
"""Bytes of all pictures of one mail that are shown."""

_INLINE = re.compile(r' src="cid:([^"]*)"')
_REMOTE = re.compile(r' data-remote-src="([^"]*)"')


def has_remote_images(html: str) -> bool:
    """Whether pictures of a cleaned mail lie elsewhere."""
    return bool(_REMOTE.search(html))


async def with_own_images(
    html: str, inline: Mapping[str, Attachment], blobs: Blobs
) -> str:
    """The mail with the pictures that came with it (RFC 2392)."""
    wanted = _named(_INLINE, html)
    found: dict[str, bytes] = {}
    for name in wanted:
        room = MOST_BYTES - sum(map(len, found.values()))
        file = inline.get(name)
        if file is not None and file.size <= room:
            found[name] = await _whole(blobs.read(file))
    return _filled(_INLINE, html, found)


async def with_remote_images(html: str, fetch: RemoteImages) -> str:
    """The mail with the pictures that lie elsewhere, as far as they can be had."""
    return _filled(_REMOTE, html, await fetch(_named(_REMOTE, html)))


def _named(pattern: re.Pattern[str], html: str) -> list[str]:
    found = dict.fromkeys(unescape(name) for name in pattern.findall(html))
    return list(found)[:MOST_IMAGES]


def _filled(pattern: re.Pattern[str], html: str, found: Mapping[str, bytes]) -> str:
    def shown(match: re.Match[str]) -> str:
        data = found.get(unescape(match[1]), b"")
        media_type = kind(data)
        if media_type not in IMAGES:
            return match[0]
        return f' src="data:{media_type};base64,{base64.b64encode(data).decode()}"'

    return pattern.sub(shown, html)


async def _whole(chunks: AsyncGenerator[bytes]) -> bytes:
    try:
        async with aclosing(chunks):
            return b"".join([chunk async for chunk in chunks])
    except (FileNotFoundError, UnreadableFileError):
        return b""
