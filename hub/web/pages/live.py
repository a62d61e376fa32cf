"""The live view's stream."""

from fastapi import APIRouter, Request, Response

from hub.application.errors import RefusedError
from hub.web.access import BOARD_READERS, requires
from hub.web.changed import topic
from hub.web.services import services
from hub.web.stream import EventStream

router = APIRouter(include_in_schema=False)

_MOST_TOPICS = 50


@router.get("/live", dependencies=[requires(*BOARD_READERS)])
async def live(request: Request, topics: str = "board", since: str = "") -> Response:
    """Server-sent events `change` and `snapshot` about some topics.

    Topics are parted by commas. A browser that comes back says where it was by
    `Last-Event-ID`; a page that opens its first stream says so by `since`.
    """
    try:
        wanted = {topic(text.strip()) for text in topics.split(",")[:_MOST_TOPICS]}
    except ValueError as error:
        raise RefusedError(str(error)) from error
    place = request.headers.get("last-event-id", since)
    return EventStream(services(request).feed.subscribe(wanted, place))
