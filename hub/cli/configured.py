"""What `touchline config` does, on the services of the hub."""

import getpass
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hub.bootstrap.services import Services
from hub.cli.output import Exit, Fault, Listing
from hub.cli.short_ids import begins, shortened
from hub.domain.configuration import Change, Key
from hub.domain.configuring import Command, ImportItems, RemoveItem, SetItem, UndoChange
from hub.domain.documents import KINDS

__all__ = [
    "changes",
    "changes_listing",
    "entry_document",
    "exported",
    "imported",
    "items",
    "items_listing",
    "parsed",
    "remove",
    "set_item",
    "text_of",
    "undo",
]


def text_of(file: Path) -> str:
    """A file, or what comes through a pipe.

    Raises:
        Fault: it cannot be read.
    """
    if str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{file} cannot be read: {error}", code=Exit.USAGE) from error


def parsed(text: str) -> dict[str, Any]:
    """A JSON object.

    Raises:
        Fault: it is none.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Fault(f"This is not JSON: {error}.", code=Exit.USAGE) from error
    if not isinstance(found, dict):
        raise Fault("A JSON object is needed, in braces.", code=Exit.USAGE)
    return found


async def items(services: Services, kind: str, name: str) -> list[dict[str, Any]]:
    """What is in force, all or of one kind or name.

    Raises:
        Fault: there is nothing of that name.
    """
    state = await services.configuring.state()
    found = [
        {"kind": of, "name": n, "document": json.loads(document)}
        for of in ([_known(kind)] if kind else KINDS)
        for n, document in sorted(state.items(of).items())
        if name in {"", n}
    ]
    if name and not found:
        raise Fault(f"There is no {kind} {name}.", code=Exit.NOT_FOUND)
    return found


def _known(kind: str) -> str:
    if kind in KINDS:
        return kind
    known = ", ".join(KINDS)
    raise Fault(
        f"There is no kind {kind}.", hint=f"There are: {known}.", code=Exit.USAGE
    )


def items_listing(found: Sequence[Mapping[str, Any]]) -> Listing:
    """Items for people."""
    rows = [(i["kind"], i["name"], i["document"]["title"], _rest(i)) for i in found]
    return Listing("Configuration", ("kind", "name", "title", "what else"), rows)


def _rest(item: Mapping[str, Any]) -> str:
    said = item["document"].items()
    return ", ".join(f"{k}={v}" for k, v in said if k != "title" and v not in ([], ""))


async def changes(services: Services, kind: str, name: str) -> list[Change]:
    """The changes, the latest first, all or of one kind or item."""
    state = await services.configuring.state()
    wanted = [
        change
        for change in state.changes
        if any(kind in {"", s.kind} and name in {"", s.name} for s in change.steps)
    ]
    return wanted[::-1]


def entry_document(change: Change) -> dict[str, Any]:
    """The JSON form of a change."""
    steps = [
        {
            "kind": s.kind,
            "name": s.name,
            "before": json.loads(s.before) if s.before else None,
            "after": json.loads(s.after) if s.after else None,
        }
        for s in change.steps
    ]
    return {
        "id": change.id,
        "actor": change.actor,
        "at": change.at,
        "undoes": change.undoes,
        "items": steps,
    }


def changes_listing(found: Sequence[Change]) -> Listing:
    """Changes for people."""
    short = shortened([str(change.id) for change in found])
    rows = [
        (
            short[str(change.id)],
            change.at,
            change.actor,
            ", ".join(f"{_what(s)} {s.kind} {s.name}" for s in change.steps),
            "undoing" if change.undoes else "",
        )
        for change in found
    ]
    return Listing("History", ("id", "when", "who", "what", ""), rows)


def _what(step: Any) -> str:
    if step.before is None:
        return "added"
    return "removed" if step.after is None else "changed"


async def set_item(
    services: Services, kind: str, name: str, document: Mapping[str, Any]
) -> None:
    """Make an item this, whatever it was."""
    await _carry_out(services, SetItem(kind, name, document))


async def remove(services: Services, kind: str, name: str, successor: str) -> None:
    """Take an item away.

    Raises:
        Fault: there is none.
    """
    await items(services, _known(kind), name)
    await _carry_out(services, RemoveItem(kind, name, successor=successor))


async def undo(services: Services, text: str) -> str:
    """Take the one change back whose id begins so.

    Raises:
        Fault: none does, or several do.
    """
    state = await services.configuring.state()
    found = [one.id for one in state.changes if begins(str(one.id), text)]
    if len(found) != 1:
        wrong = "There is no change" if not found else "There are several changes"
        raise Fault(
            f"{wrong} {text}.",
            hint="touchline config history lists them.",
            code=Exit.NOT_FOUND,
        )
    await _carry_out(services, UndoChange(found[0]))
    return str(found[0])


async def exported(services: Services) -> dict[str, dict[str, Any]]:
    """All items by kind and name."""
    state = await services.configuring.state()
    return {
        kind: {n: json.loads(text) for n, text in sorted(state.items(kind).items())}
        for kind in KINDS
    }


async def imported(services: Services, given: Mapping[str, Any]) -> int:
    """Set all items of an export; answer how many it names.

    Raises:
        Fault: it is none.
    """
    documents: dict[Key, Mapping[str, Any]] = {}
    for kind, of_kind in given.items():
        if not isinstance(of_kind, dict):
            raise Fault(f"{kind} is no JSON object.", code=Exit.USAGE)
        documents |= {(_known(kind), name): one for name, one in of_kind.items()}
    await _carry_out(services, ImportItems(documents))
    return len(documents)


async def _carry_out(services: Services, command: Command) -> None:
    await services.configuring.carry_out(command, f"cli:{getpass.getuser()}")
