"""Who else is at an interaction, as a line of its page."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from hub.application.accounts import Principal
from hub.application.presence import Seat
from hub.web.access import DESK, requires
from hub.web.render import page
from hub.web.services import services

router = APIRouter(include_in_schema=False)

WRITING: Final = "writing"
HERE: Final = "here"
BEGUN: Final = "begun"


@router.get("/interactions/{key}/presence")
async def show(
    request: Request, person: Annotated[Principal, requires(*DESK)], key: UUID
) -> Response:
    """The line, for the live view."""
    context = await company(request, person.name, key)
    return page(request, "_presence.html", {**context, "interaction_id": key})


async def company(request: Request, person: str, key: UUID) -> dict[str, Any]:
    """Who else writes, is there, or has begun an answer; each is named once."""
    hub = services(request)
    begun = dict.fromkeys(await hub.drafts.begun_by_others(person, key), BEGUN)
    there = await hub.presence.others(Seat(key, person))
    present = {name: WRITING if writes else HERE for name, writes in there.items()}
    # Whoever looks and has begun an answer is worth a warning, not only a greeting.
    lines = present | {name: BEGUN for name in begun if present.get(name) != WRITING}
    return {
        "company": sorted(lines.items()),
        "names": await request.app.state.people.names(),
    }
