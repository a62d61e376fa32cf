"""Canned answers, filled in for an interaction."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from hub.application.accounts import Principal
from hub.application.errors import NotFoundError
from hub.web import find
from hub.web.access import DESK, requires
from hub.web.answers import Filled, answers
from hub.web.api.models import refusals
from hub.web.reading import reading
from projections.queries import interaction as interactions

router = APIRouter(prefix="/api/v1", tags=["interactions"])


@router.get("/interactions/{key}/answers", responses=refusals(404))
async def fitting(
    request: Request,
    person: Annotated[Principal, requires(*DESK)],
    key: str,
    q: Annotated[str, Query(max_length=200, description="Words to look for.")] = "",
) -> list[Filled]:
    """The canned answers that fit it, as they would be inserted."""
    async with reading(request) as connection:
        id_ = await find.interaction_id(connection, key)
        found = await interactions.interaction(connection, id_)
        if found is None:
            raise NotFoundError("There is no such interaction.")
        return await answers(request, connection, person, found, q)
