"""The configuration of the installation, its history, and undoing."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.application.accounts import Principal
from hub.application.errors import NotFoundError
from hub.domain.configuration import Configuration
from hub.domain.configuring import RemoveItem, SetItem, UndoChange
from hub.domain.documents import KINDS
from hub.domain.person import MANAGERS
from hub.web.access import requires
from hub.web.api.models import Done, refusals
from hub.web.configuration import Entry, history, part
from hub.web.services import services

router = APIRouter(
    prefix="/api/v1/configuration", tags=["configuration"], responses=refusals()
)

By = Annotated[Principal, requires(*MANAGERS)]
Reader = requires(*MANAGERS, "integrator")
Kind = Literal["queue", "group", "answer", "disposition"]


@dataclass(frozen=True, slots=True)
class Item:
    """An item; an edit names the `revision` that it saw."""

    kind: str
    name: str
    revision: int
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Items:
    """All items of a kind, or of all kinds."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What a change did to an item: `added`, `changed` or `removed`."""

    kind: str
    name: str
    what: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change: `undoes` is the one that it took back."""

    id: UUID
    actor: str
    at: datetime
    undoes: UUID | None
    undone: bool
    undoable: bool
    items: tuple[ItemChange, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Changes, the latest first; `next` leads to older ones unless it is null."""

    items: tuple[HistoryEntry, ...]
    next: UUID | None


class Edit(BaseModel):
    """The whole document; without `revision` it replaces whatever there is."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, Any]
    revision: int | None = Field(default=None, ge=0)


@router.get("", dependencies=[Reader])
async def everything(request: Request, kind: Kind | None = None) -> Items:
    """All items."""
    state = await services(request).configuring.state()
    kinds = [kind] if kind else [*KINDS]
    return Items(
        tuple(
            _item(state, one, name)
            for one in kinds
            for name in sorted(state.items(one))
        )
    )


@router.get("/history", dependencies=[Reader])
async def changes(
    request: Request,
    kind: Kind | None = None,
    name: str = "",
    cursor: Annotated[
        UUID | None, Query(description="The last answer's `next`.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> History:
    """Who changed what and when, the latest first."""
    state = await services(request).configuring.state()
    meant = {entry.id for entry in history(state, kind or "", name)}
    entries = (entry for entry in history(state) if entry.id in meant)
    found, more = part(entries, cursor, limit)
    return History(tuple(_entry(state, one) for one in found), more)


@router.post("/history/{change}/undo", responses=refusals(409))
async def undo(request: Request, person: By, change: UUID) -> Done:
    """Take a change back, as long as nothing of it was changed again."""
    desk = services(request).configuring
    return Done(await desk.carry_out(UndoChange(change), person.name))


@router.get("/{kind}/{name}", dependencies=[Reader], responses=refusals(404))
async def one(request: Request, kind: Kind, name: str) -> Item:
    """One item."""
    state = await services(request).configuring.state()
    if state.document(kind, name) is None:
        raise NotFoundError("There is no such item.")
    return _item(state, kind, name)


@router.put("/{kind}/{name}", responses=refusals(409))
async def put(request: Request, person: By, kind: Kind, name: str, body: Edit) -> Done:
    """Make an item this; there is a new one where there was none."""
    command = SetItem(kind, name, body.document, body.revision)
    return Done(await services(request).configuring.carry_out(command, person.name))


@router.delete("/{kind}/{name}", responses=refusals(409))
async def delete(
    request: Request,
    person: By,
    kind: Kind,
    name: str,
    revision: Annotated[int | None, Query(ge=0)] = None,
    successor: str = "",
) -> Done:
    """Take an item away; a queue's work goes to its `successor`."""
    command = RemoveItem(kind, name, revision, successor)
    return Done(await services(request).configuring.carry_out(command, person.name))


def _item(state: Configuration, kind: str, name: str) -> Item:
    document = json.loads(state.document(kind, name) or "{}")
    return Item(kind, name, state.revision(kind, name), document)


def _entry(state: Configuration, entry: Entry) -> HistoryEntry:
    change = state.change(entry.id)
    steps = change.steps if change else ()
    items = tuple(
        ItemChange(s.kind, s.name, shown.what, _read(s.before), _read(s.after))
        for s, shown in zip(steps, entry.items, strict=True)
    )
    return HistoryEntry(
        entry.id,
        entry.actor,
        entry.at,
        entry.undoes,
        entry.undone,
        entry.undoable,
        items,
    )


def _read(document: str | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(document) if document else None
    return found
