"""The configuration as pages and the API show it."""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Any, Final
from uuid import UUID

from starlette.datastructures import FormData

from hub.application.errors import NotFoundError
from hub.domain.configuration import Configuration, Step
from hub.domain.differences import Difference, differences
from hub.domain.documents import KINDS

PLURALS: Final = {
    "queues": "queue",
    "groups": "group",
    "answers": "answer",
    "dispositions": "disposition",
}
"""The kinds as addresses name them."""

_LINES: Final = frozenset({"addresses", "numbers", "forms"})
"""Fields with one value on each line."""


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """What a change did to one item; `what` is `added`, `changed` or `removed`."""

    kind: str
    name: str
    title: str
    what: str
    successor: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as history shows it: who, when, what, and whether it can be undone.

    `others` counts the items that it changed, too, and that nobody asked for.
    """

    id: UUID
    actor: str
    at: datetime
    items: tuple[ChangedItem, ...]
    others: int
    undoes: UUID | None
    undone: bool
    undoable: bool


def kind_of(plural: str) -> str:
    """The kind that an address means.

    Raises:
        NotFoundError: there is none.
    """
    if plural not in PLURALS:
        raise NotFoundError("There is no such page of settings.")
    return PLURALS[plural]


def history(state: Configuration, kind: str = "", name: str = "") -> Iterator[Entry]:
    """The changes, the latest first; of one kind or item alone if that is named."""
    undone = state.undone()
    for number, change in reversed([*enumerate(state.changes)]):
        if any(_meant(step, kind, name) for step in change.steps):
            latest = all(_latest(state, step) for step in change.steps)
            yield Entry(
                id=change.id,
                actor=change.actor,
                at=change.at,
                items=tuple(
                    _changed(step) for step in change.steps if _meant(step, kind, name)
                ),
                others=sum(not _meant(step, kind, name) for step in change.steps),
                undoes=change.undoes,
                undone=change.id in undone,
                # The first one has nothing before it.
                undoable=latest and number > 0 and change.id not in undone,
            )


def part(
    entries: Iterable[Entry], after: UUID | None, limit: int
) -> tuple[list[Entry], UUID | None]:
    """So many of them after a change, and after which one there are more, if any."""
    rest = iter(entries)
    if after is not None:
        deque(takewhile(lambda entry: entry.id != after, rest), maxlen=0)
    found = [*islice(rest, limit + 1)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _meant(step: Step, kind: str, name: str) -> bool:
    return kind in {"", step.kind} and name in {"", step.name}


def _latest(state: Configuration, step: Step) -> bool:
    return state.revision(step.kind, step.name) == step.revision


def _changed(step: Step) -> ChangedItem:
    what = "removed" if step.after is None else "changed"
    if step.before is None:
        what = "added"
    found = differences(step.before, step.after)
    titles = [one for one in found if one.field == "title"]
    document = step.after or step.before or "{}"
    title = titles[0].after or titles[0].before if titles else _title(step, document)
    kept = () if step.after is None else found
    return ChangedItem(step.kind, step.name, title, what, step.successor, kept)


def _title(step: Step, document: str) -> str:
    cls = KINDS.get(step.kind)
    return cls.model_validate_json(document).title if cls else step.name


def typed(kind: str, form: FormData) -> dict[str, Any]:
    """The document that somebody typed into a form, not checked yet."""
    fields = KINDS[kind].model_fields
    return {name: _value(name, fields[name].annotation, form) for name in fields}


def _value(name: str, annotation: Any, form: FormData) -> Any:
    if name in _LINES:
        return [one.strip() for one in str(form.get(name, "")).splitlines() if one]
    if annotation == tuple[str, ...]:
        return [str(one) for one in form.getlist(name)]
    if annotation is bool:
        return name in form
    return str(form.get(name, "")).replace("\r\n", "\n")


def name_from(given: str, title: str) -> str:
    """A short name: what was given, else what can be made of a title."""
    if given.strip():
        return given.strip()
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-0123456789")[:40]


def blank(kind: str, state: Configuration) -> Mapping[str, Any]:
    """What the form for a new item begins with: last in its list."""
    fields = KINDS[kind].model_fields
    usual = {
        name: [] if field.annotation == tuple[str, ...] else field.default
        for name, field in fields.items()
        if not field.is_required()
    }
    start: dict[str, Any] = dict.fromkeys(fields, "") | usual
    if "order" in fields:
        start["order"] = len(state.items(kind))
    return start
