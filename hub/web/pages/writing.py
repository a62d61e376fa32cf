"""What can be done with a message of ours: taking it back, sending it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from hub.application.accounts import Principal
from hub.application.drafts import Place, Text
from hub.web.access import DESK, requires
from hub.web.colleagues import acting
from hub.web.pages.commands import LONGEST, done
from hub.web.services import services

router = APIRouter(prefix="/interactions/{key}/messages/{message}")

Agent = Annotated[Principal, requires(*DESK)]


@router.post("/withdraw", include_in_schema=False)
async def withdraw(
    request: Request,
    person: Agent,
    key: UUID,
    message: UUID,
    text: Annotated[str | None, Form(max_length=LONGEST)] = None,
) -> Response:
    """Take it back; its text becomes the draft again, before what was begun since.

    It is its author's draft, whoever takes it back.
    """
    back = await services(request).writing.withdraw(key, acting(person), message)
    own, place = back.author == person.name, Place(back.author, back.interaction_id)
    await _give_back(request, place, back.text, text if own else None)
    await services(request).uploads.give_back(place, message)
    shown = message.hex if own else ""
    return await done(request, person, key, back.after, given_back=shown)


@router.post("/repeat", include_in_schema=False)
async def repeat(
    request: Request,
    person: Agent,
    key: UUID,
    message: UUID,
    twice: Annotated[bool, Form()] = False,  # noqa: FBT002  (a field of a form)
) -> Response:
    """Send it again."""
    writing = services(request).writing
    token = await writing.repeat(key, person.name, message, twice=twice)
    return await done(request, person, key, token)


async def _give_back(
    request: Request, place: Place, text: str, begun: str | None
) -> None:
    """Without a script the draft is what was begun; else the field says it newer."""
    drafts = services(request).drafts
    known = await drafts.of(place.person, place.interaction)
    draft = next((one for one in known if one.place == place), None)
    if begun is None:
        begun = draft.content.text if draft else ""
    fields = draft.content.fields if draft else {}
    parts = [text, *([begun.strip()] if begun.strip() not in {"", text} else [])]
    await drafts.save(place, Text("\n\n".join(parts)[:LONGEST], fields))
