"""A colleague answered meanwhile: ask once whether to send all the same."""

from uuid import UUID

from fastapi import Request, Response

from hub.application.errors import AnsweredMeanwhileError
from hub.web.answering import Answer
from hub.web.errors import NOTICE
from hub.web.render import page
from hub.web.services import services


async def ask_again(
    request: Request, key: UUID, wanted: Answer, found: AnsweredMeanwhileError
) -> Response:
    """Beside the composer, or without scripts on a page that holds the answer."""
    context = {
        "interaction_id": key,
        "wanted": wanted,
        "found": found,
        "names": await request.app.state.people.names(),
        "since": services(request).clock.now() - found.at,
    }
    if "hx-request" not in request.headers:
        return page(request, "meanwhile.html", context, status=409)
    response = page(request, "_meanwhile.html", context, status=409)
    response.headers.update(NOTICE)
    return response
