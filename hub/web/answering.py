"""Send an answer with its files, and forget the draft that it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from fastapi import Request

from events.touchpoint import Identifier
from hub.application.desk import reply_id
from hub.application.drafts import Place
from hub.application.presence import Seat
from hub.web.carrying import carried
from hub.web.services import services


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent; `form` makes it idempotent, `files` are ids of uploads.

    `seen` is the latest answer that the author knows (`hub.domain.meanwhile`). The
    others are those of `hub.application.ports.Desk.reply`.
    """

    text: str
    form: UUID
    files: Sequence[UUID] = ()
    seen: UUID | None = None
    hold: timedelta = timedelta(0)
    to: Identifier | None = None
    ours: str = ""


async def send(request: Request, place: Place, wanted: Answer) -> str:
    """Answer the customer; the position token.

    Raises:
        AnsweredMeanwhileError: a colleague did, and its author has not seen it.
        RefusedError: the rules forbid it, or a file is not there.
        NotFoundError: there is no such interaction.
        ConflictError: others were faster several times in a row.
    """
    hub, outbound = services(request), reply_id(place.interaction, wanted.form)
    async with carried(request, place, wanted.files, outbound) as files:
        token = await hub.desk.reply(
            place.interaction,
            place.person,
            wanted.text,
            request=wanted.form,
            files=files,
            seen=wanted.seen,
            hold=wanted.hold,
            to=wanted.to,
            ours=wanted.ours,
        )
    await hub.drafts.sent(place, wanted.text)
    hub.presence.rests(Seat(place.interaction, place.person))
    return token
