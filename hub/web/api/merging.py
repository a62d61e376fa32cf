"""Commands of the API that say which customers are one person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from hub.application.accounts import Principal
from hub.application.customers import LONGEST_WHY
from hub.application.errors import NotFoundError
from hub.web import find
from hub.web.access import CUSTOMER_READERS, DESK, requires
from hub.web.api.models import Done, refusals
from hub.web.colleagues import acting
from hub.web.reading import CUSTOMER, reading, wait
from hub.web.services import services
from projections.queries.merging import Merge, Preview, merges, preview

router = APIRouter(prefix="/api/v1", tags=["customers"], responses=refusals(404, 409))

Agent = Annotated[Principal, requires(*DESK)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WHY)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewMerge(_Body):
    """The customer that it is one person with, and why.

    With `dry_run` nothing is done, and the answer says what would be.
    """

    into: UUID
    why: Why = ""
    dry_run: bool = False


class Unmerge(_Body):
    """The merge that is meant, and why; without one, the merge that holds."""

    merge: UUID | None = None
    why: Why = ""


@router.post("/customers/{key}/merge")
async def merge(
    request: Request, person: Agent, key: str, body: NewMerge
) -> Done | Preview:
    """Make it a part of the other one, or of who that one is a part of."""
    part, desk = find.customer_id(key), services(request).customers
    if body.dry_run:
        planned = await desk.preview(part, body.into)
        return await _compared(request, planned.part, planned.whole)
    done = await desk.merge(part, acting(person), body.into, body.why)
    return Done(done.after)


async def _compared(request: Request, part: UUID, whole: UUID) -> Preview:
    async with reading(request) as connection:
        found = await preview(connection, part, whole)
    if found is None:
        raise NotFoundError(
            "There is no such customer, or it has not arrived here yet."
        )
    return found


@router.post("/customers/{key}/unmerge")
async def unmerge(request: Request, person: Agent, key: str, body: Unmerge) -> Done:
    """Make it a customer of its own again: what came since stays where it came.

    Who merged them may, and a supervisor. What is undone already stays so.
    """
    part, desk = find.customer_id(key), services(request).customers
    done = await desk.unmerge(part, acting(person), merge=body.merge, why=body.why)
    return Done(done.after)


@router.get(
    "/customers/{key}/merges", dependencies=[requires(*CUSTOMER_READERS, "integrator")]
)
async def all_merges(
    request: Request,
    response: Response,
    key: str,
    after: Annotated[
        str, Query(description="Token of a command: wait up to 3 s until it is seen.")
    ] = "",
) -> tuple[Merge, ...]:
    """What was merged with it and undone, the latest first."""
    await wait(request, response, after, CUSTOMER)
    async with reading(request) as connection:
        return await merges(connection, find.customer_id(key))
