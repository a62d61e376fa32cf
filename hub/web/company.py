"""Who else is at an interaction."""

from typing import Any, Final
from uuid import UUID

from fastapi import Request

from hub.application.presence import Seat
from hub.web.services import services

WRITING: Final = "writing"
HERE: Final = "here"
BEGUN: Final = "begun"


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
