"""Bodies that are too large, refused in our own words.

The framework refuses them outside of all handlers, with a plain text that neither our
pages nor programs can use.
"""

from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.web.errors import too_large

_REFUSED: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooLarge:
    """Puts the answer that the asker can use in the place of the framework's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        replaced = False

        async def in_our_words(message: Message) -> None:
            nonlocal replaced
            if _refuses(message):
                replaced = True
                await too_large(Request(scope))(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, in_our_words)


def _refuses(message: Message) -> bool:
    if message["type"] != "http.response.start":
        return False
    kind = dict(message["headers"]).get(b"content-type", b"")
    return message["status"] == _REFUSED and bool(kind.startswith(b"text/plain"))
