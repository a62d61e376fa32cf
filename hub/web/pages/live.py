"""The live view's stream."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from hub.application.accounts import Principal
from hub.application.errors import RefusedError
from hub.web.access import (
    BOARD_READERS,
    CUSTOMER_READERS,
    DESK,
    ForbiddenError,
    requires,
)
from hub.web.changed import topic
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
    return EventStream(services(request).feed.subscribe(wanted, place, person.name))


def _topic(text: str, person: Principal) -> str:
    try:
        wanted = topic(text)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    kind, _, key = wanted.partition(":")
    if not person.roles.intersection(_READERS[kind]):
        allowed = " or ".join(sorted(_READERS[kind]))
        raise ForbiddenError(f"Watching {kind} needs the role {allowed}.")
    if kind == "agent" and key != person.name:
        raise ForbiddenError("Only your own calls ring at you.")
    return wanted
