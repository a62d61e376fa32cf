"""One command on many interactions, from the board's checkboxes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from hub.application import bulk
from hub.application.accounts import Principal
from hub.application.bulk import MOST, Order
from hub.application.errors import RefusedError
from hub.web.access import DESK, requires
from hub.web.colleagues import acting, colleague
from hub.web.local_time import moment_in
from hub.web.reading import BOARD, caught_up, reading
from hub.web.render import page
from hub.web.services import services
from projections.queries.board import numbers_of

router = APIRouter(include_in_schema=False)

Field = Annotated[str, Form(max_length=400)]


@router.post("/board/bulk")
async def carry_out(
    request: Request,
    person: Annotated[Principal, requires(*DESK)],
    do: Field = "",
    pick: Annotated[list[UUID] | None, Form()] = None,
) -> Response:
    """Give the command of the pressed button for everything that is picked.

    With scripts the answer says below the board how it went; without it is a page.
    """
    if not pick:
        raise RefusedError("Select something first.")
    if len(pick) > MOST:
        raise RefusedError("Select {most} at most.", most=MOST)
    order = await _order(request, do)
    hub = services(request)
    results = await bulk.carry_out(hub.desk, pick, acting(person), order)
    await caught_up(request, results.after, BOARD)
    async with reading(request) as connection:
        numbers = await numbers_of(
            connection, [r.interaction_id for r in results.refused]
        )
    live = "hx-request" in request.headers
    template = "_bulk_results.html" if live else "bulk.html"
    answer = page(request, template, {"results": results, "numbers": numbers})
    answer.headers["HX-Trigger"] = "view-outdated"
    return answer


async def _order(request: Request, do: str) -> Order:
    read = _ORDERS.get(do)
    if read is None:
        raise RefusedError("There is no such command.")
    return await read(request, await request.form())


async def _assign(request: Request, form: Any) -> Order:
    return bulk.Assign(await colleague(request, _text(form, "agent")))


async def _assign_to_group(_request: Request, form: Any) -> Order:
    return bulk.AssignToGroup(_text(form, "group"))


async def _move(_request: Request, form: Any) -> Order:
    return bulk.Move(_text(form, "queue"))


async def _prioritise(_request: Request, form: Any) -> Order:
    return bulk.Prioritise(_text(form, "priority"))


async def _tag(_request: Request, form: Any) -> Order:
    add, remove = (
        tuple(one for one in _text(form, name).split(",") if one.strip())
        for name in ("add", "remove")
    )
    if not add and not remove:
        raise RefusedError("Write a tag first.")
    return bulk.Tag(add, remove)


async def _close(_request: Request, form: Any) -> Order:
    return bulk.Close(_text(form, "disposition"))


async def _put_back(_request: Request, _form: Any) -> Order:
    return bulk.PutBack()


async def _follow_up(_request: Request, form: Any) -> Order:
    return bulk.FollowUp(moment_in(_text(form, "due"), _text(form, "zone") or "UTC"))


def _text(form: Any, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


_ORDERS: Final[dict[str, Callable[[Request, Any], Awaitable[Order]]]] = {
    "assign": _assign,
    "assign_to_group": _assign_to_group,
    "move": _move,
    "prioritise": _prioritise,
    "tag": _tag,
    "close": _close,
    "put_back": _put_back,
    "follow_up": _follow_up,
}
