"""Settings: queues, groups, canned answers, dispositions, and who changed them."""

import json
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from hub.application.accounts import Principal
from hub.application.errors import CommandError, NotFoundError
from hub.domain.answers import FIELDS
from hub.domain.configuration import Configuration
from hub.domain.configuring import RemoveItem, SetItem, UndoChange
from hub.domain.documents import read
from hub.domain.person import MANAGERS
from hub.web.access import requires
from hub.web.colleagues import colleagues
from hub.web.configuration import (
    PLURALS,
    blank,
    history,
    kind_of,
    name_from,
    part,
    typed,
)
from hub.web.refusals import said
from hub.web.render import page
from hub.web.services import services

router = APIRouter(prefix="/settings", include_in_schema=False)

Manager = requires(*MANAGERS)
By = Annotated[Principal, Manager]
MOST: Final = 200
"""Changes on a page of history."""


@router.get("", dependencies=[Manager])
async def start() -> Response:
    """The first page of them."""
    return RedirectResponse("/settings/queues", 303)


@router.get("/history", dependencies=[Manager])
async def changes(
    request: Request,
    kind: str = "",
    name: str = "",
    done: str = "",
    cursor: UUID | None = None,
) -> Response:
    """Who changed what, and undoing it."""
    state = await services(request).configuring.state()
    entries, more = part(history(state, kind, name), cursor, MOST)
    context = {
        "entries": entries,
        "cursor": cursor,
        "next": more,
        "kind": kind,
        "name": name,
        "done": done,
        "names": await request.app.state.people.names(),
    }
    return page(request, "settings_history.html", {**_usual("history"), **context})


@router.post("/undo")
async def undo(
    request: Request,
    person: By,
    change: Annotated[UUID, Form()],
    kind: Annotated[str, Form(max_length=40)] = "",
    name: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Take a change back."""
    await services(request).configuring.carry_out(UndoChange(change), person.name)
    place = request.url.replace(path="/settings/history", query="")
    there = place.include_query_params(kind=kind, name=name, done="undone")
    return RedirectResponse(f"{there.path}?{there.query}", 303)


@router.get("/{plural}", dependencies=[Manager])
async def listed(request: Request, plural: str, done: str = "") -> Response:
    """All items of a kind."""
    kind = kind_of(plural)
    now = services(request).configured.now
    context = {
        "plural": plural,
        "kind": kind,
        "items": getattr(now, plural),
        "now": now,
        "done": done,
        "names": await request.app.state.people.names(),
    }
    return page(request, "settings.html", {**_usual(plural), **context})


@router.get("/{plural}/item", dependencies=[Manager])
async def edit(request: Request, plural: str, name: str = "") -> Response:
    """The form of an item; of a new one without a name."""
    kind = kind_of(plural)
    state = await services(request).configuring.state()
    return await _form(request, (kind, name), _values(state, kind, name), state)


@router.post("/{plural}/item")
async def save(
    request: Request,
    person: By,
    plural: str,
    seen: Annotated[int, Form()],
    name: Annotated[str, Form(max_length=100)] = "",
    title: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Make an item what was typed."""
    kind = kind_of(plural)
    document = typed(kind, await request.form())
    command = SetItem(kind, name_from(name, title), document, seen)
    try:
        await services(request).configuring.carry_out(command, person.name)
    except CommandError as error:
        state = await services(request).configuring.state()
        shown = {**document, "name": name, "seen": seen, "problem": said(error)}
        return await _form(request, (kind, name if seen else ""), shown, state)
    return RedirectResponse(f"/settings/{plural}?done=saved", 303)


@router.post("/{plural}/remove")
async def remove(
    request: Request,
    person: By,
    plural: str,
    name: Annotated[str, Form(max_length=40)],
    seen: Annotated[int, Form()],
    successor: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Take an item away; a queue's work goes to its successor."""
    kind = kind_of(plural)
    command = RemoveItem(kind, name, seen, successor)
    try:
        await services(request).configuring.carry_out(command, person.name)
    except CommandError as error:
        state = await services(request).configuring.state()
        shown = {**_values(state, kind, name), "problem": said(error)}
        return await _form(request, (kind, name), shown, state)
    return RedirectResponse(f"/settings/{plural}?done=removed", 303)


def _values(state: Configuration, kind: str, name: str) -> dict[str, Any]:
    """What the form shows of an item.

    Raises:
        NotFoundError: there is no such item.
    """
    document = state.document(kind, name)
    if name and document is None:
        raise NotFoundError("There is no such item any more. Its history has it.")
    shown = (
        json.loads(read(kind, document).stored()) if document else blank(kind, state)
    )
    seen = state.revision(kind, name)
    return {**shown, "name": name, "seen": seen, "problem": ""}


async def _form(
    request: Request,
    place: tuple[str, str],
    shown: dict[str, Any],
    state: Configuration,
) -> Response:
    kind, name = place
    plural = next(p for p, one in PLURALS.items() if one == kind)
    now = services(request).configured.now
    titles = {one: queue.title for one, queue in now.queues.items()}
    context = {
        "plural": plural,
        "kind": kind,
        "name": name,
        "item": shown,
        "now": now,
        "fields": FIELDS,
        "colleagues": await colleagues(request),
        "queue_titles": titles,
        "others": {n: title for n, title in titles.items() if n != name},
        "entries": [*history(state, kind, name)][:MOST] if name else [],
        "names": await request.app.state.people.names(),
    }
    status = 409 if shown["problem"] else 200
    return page(
        request, "settings_item.html", {**_usual(plural), **context}, status=status
    )


def _usual(tab: str) -> dict[str, Any]:
    return {"tab": tab}
