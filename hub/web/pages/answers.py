"""Canned answers beside an interaction: to insert, or without a script to copy."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from hub.application.accounts import Principal
from hub.application.errors import NotFoundError
from hub.web.access import DESK, requires
from hub.web.answers import answers
from hub.web.reading import reading
from hub.web.render import page
from projections.queries import interaction as interactions

router = APIRouter(include_in_schema=False)


@router.get("/interactions/{key}/answers")
async def fitting(
    request: Request,
    person: Annotated[Principal, requires(*DESK)],
    key: UUID,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What fits an interaction, filled in."""
    async with reading(request) as connection:
        found = await interactions.interaction(connection, key)
        if found is None:
            raise NotFoundError("There is no such interaction.")
        fit = await answers(request, connection, person, found, q)
    template = "_answers.html" if "hx-request" in request.headers else "answers.html"
    return page(request, template, {"answers": fit, "interaction": found, "q": q})
