"""The response that carries a live view: one task that writes, one that watches."""

import asyncio
import contextlib
from typing import Final

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from hub.web.live import Subscription, stop

HEARTBEAT: Final = 15.0
LIFETIME: Final = 900.0
"""Then the browser comes back by itself, and who it is gets checked again (s)."""

_OPENING: Final = b"retry: 1000\n\n"
_BEAT: Final = b"event: beat\ndata:\n\n"


class EventStream(Response):
    """Server-sent events of a subscription until the client leaves.

    The heartbeat is an event, since pages cannot see comments: its absence tells
    them that the connection is dead.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        subscription: Subscription,
        *,
        heartbeat: float = HEARTBEAT,
        lifetime: float = LIFETIME,
    ) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._subscription = subscription
        self._heartbeat = heartbeat
        self._lifetime = lifetime

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writing = asyncio.create_task(self._write(send))
        watching = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((writing, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._subscription.close()
            await stop(watching)
            await _ended(writing)

    async def _write(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await send(_body(_OPENING))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._lifetime):
                await self._events(send)
        await send(_body(b"", more=False))

    async def _events(self, send: Send) -> None:
        while frames := await self._next():
            await send(_body(frames))

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(self._heartbeat):
                return await self._subscription.next()
        except TimeoutError:
            return _BEAT


def _body(content: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ended(writing: asyncio.Task[None]) -> None:
    # A client that left is no error; what broke while writing is.
    if writing.done():
        writing.result()
    else:
        await stop(writing)
