"""Drafts as browsers and programs send them."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from hub.application.drafts import Place, Text
from hub.application.presence import Seat
from hub.web.services import services

LONGEST: Final = 100_000
"""Characters of a text."""

_Name = Annotated[str, Field(max_length=40)]
_Value = Annotated[str, Field(max_length=400)]


class Begun(BaseModel):
    """What a form holds so far."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=LONGEST)]
    fields: Annotated[dict[_Name, _Value], Field(max_length=10)] = {}


async def keep(request: Request, place: Place, begun: Begun) -> None:
    """Keep what was written so far; an empty text forgets it. Others see who writes."""
    await services(request).drafts.save(place, Text(begun.text, begun.fields))
    _attend(request, place, begun)


async def go_on(
    request: Request, place: Place, begun: Begun, known: datetime | None
) -> datetime | None:
    """Keep what goes on from a draft that is known, and answer when it was saved.

    Raises:
        NewerDraftError: there is another one.
    """
    _attend(request, place, begun)
    content = Text(begun.text, begun.fields)
    return await services(request).drafts.go_on(place, content, known)


def _attend(request: Request, place: Place, begun: Begun) -> None:
    hub = services(request)
    if place.kind == "reply":
        attend = hub.presence.writes if begun.text.strip() else hub.presence.rests
        attend(Seat(place.interaction, place.person))
