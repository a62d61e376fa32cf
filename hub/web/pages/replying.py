"""Answer the customer from the interaction's page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from hub.application.accounts import Principal
from hub.application.drafts import Place
from hub.application.errors import AnsweredMeanwhileError, RefusedError
from hub.web.access import DESK, requires
from hub.web.answering import Answer, send
from hub.web.pages.commands import LONGEST, done
from hub.web.pages.meanwhile import ask_again
from hub.web.towards import hold_of, identifier_of

router = APIRouter(include_in_schema=False)


class ReplyForm(BaseModel):
    """The composer: `request` makes a double click one answer.

    `file` are ids of uploads; `seen` is the latest answer that was there to be read;
    `to` and `ours` are empty where nobody chose.
    """

    request: UUID
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    file: list[UUID] = []
    seen: UUID | None = None
    to: Annotated[str, Field(max_length=400)] = ""
    ours: Annotated[str, Field(max_length=400)] = ""

    def answer(self, request: Request) -> Answer:
        """What is to be sent.

        Raises:
            RefusedError: nothing was written.
        """
        if not self.text.strip():
            raise RefusedError("Write something first.")
        said = self.text.replace("\r\n", "\n").strip()
        return Answer(
            said,
            self.request,
            self.file,
            self.seen,
            hold=hold_of(request),
            to=identifier_of(request, self.to),
            ours=self.ours,
        )


@router.post("/interactions/{key}/reply")
async def reply(
    request: Request,
    person: Annotated[Principal, requires(*DESK)],
    key: UUID,
    form: Annotated[ReplyForm, Form()],
) -> Response:
    """Answer the customer, unless a colleague did and its author cannot know.

    It is held back for a while, and can be withdrawn until then.
    """
    wanted = form.answer(request)
    try:
        token = await send(request, Place(person.name, key), wanted)
    except AnsweredMeanwhileError as error:
        return await ask_again(request, key, wanted, error)
    return await done(request, person, key, token)
