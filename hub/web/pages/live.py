"""The live view's stream."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.application.presence import Seat
from hub.web.access import (
    BOARD_READERS,
    CUSTOMER_READERS,
    DESK,
    ForbiddenError,
    requires,
)
from hub.web.changed import topic
from hub.web.live import Subscription
from hub.web.presence import Presence
from hub.web.services import services
from hub.web.stream import EventStream

router = APIRouter(include_in_schema=False)

_MOST_TOPICS = 50

_READERS: Final = {
    "board": BOARD_READERS,
    "customer": CUSTOMER_READERS,
    "interaction": DESK,
    "agent": DESK,
    "missed": DESK,
    "presence": DESK,
}
"""Who may watch what: those who may read it."""


@router.get("/live")
async def live(
    request: Request,
    person: Annotated[Principal, requires(*BOARD_READERS, *CUSTOMER_READERS)],
    topics: str,
    since: str = "",
) -> Response:
    """Server-sent events `change` and `snapshot` about some topics.

    Topics are parted by commas. A browser that comes back says where it was by
    `Last-Event-ID`; a page that opens its first stream says so by `since`.
    """
    wanted = {_topic(text.strip(), person) for text in topics.split(",")[:_MOST_TOPICS]}
    place = request.headers.get("last-event-id", since)
    hub = services(request)
    subscription = hub.feed.subscribe(wanted, place, person.name)
    # Programs look on behalf of nobody.
    seats = [] if person.machine else _seats(wanted, person.name)
    return _AttendedStream(subscription, hub.presence, seats)


class _AttendedStream(EventStream):
    """A stream whose reader is seen by others while it is open."""

    def __init__(
        self, subscription: Subscription, presence: Presence, seats: list[Seat]
    ) -> None:
        super().__init__(subscription)
        self._presence = presence
        self._seats = seats

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for seat in self._seats:
            self._presence.enter(seat)
        try:
            await super().__call__(scope, receive, send)
        finally:
            for seat in self._seats:
                self._presence.leave(seat)


def _seats(topics: set[str], person: str) -> list[Seat]:
    pairs = (topic.partition(":") for topic in topics)
    return [Seat(UUID(key), person) for kind, _, key in pairs if kind == "presence"]


def _topic(text: str, person: Principal) -> str:
    try:
        wanted = topic(text)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    kind, _, key = wanted.partition(":")
    if not person.roles.intersection(_READERS[kind]):
        allowed = " or ".join(sorted(_READERS[kind]))
        raise ForbiddenError(
            "Watching {kind} needs the role {allowed}.", kind=kind, allowed=allowed
        )
    if kind == "agent" and key != person.name:
        raise ForbiddenError("Only your own calls ring at you.")
    return wanted
