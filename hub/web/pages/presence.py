"""Who else is at an interaction, as a line of its page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from hub.application.accounts import Principal
from hub.web.access import DESK, requires
from hub.web.company import company
from hub.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/interactions/{key}/presence")
async def show(
    request: Request, person: Annotated[Principal, requires(*DESK)], key: UUID
) -> Response:
    """The line, for the live view."""
    context = await company(request, person.name, key)
    return page(request, "_presence.html", {**context, "interaction_id": key})
