"""An event as JSON and as a line for people."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from events import codec, wire
from events.catalog import EVENTS
from events.envelope import Stored
from events.sealing import UnreadableError, Unsealer
from hub.cli.output import Exit, Fault, visible

__all__ = ["document", "line", "type_names"]

WIDTH: Final = 100
"""Columns of a line."""
TELLING: Final = (
    "undecodable",
    "number",
    "signal",
    "state",
    "disposition",
    "because",
    "channel",
    "queue",
    "group",
    "kind",
    "name",
    "agent",
    "author",
    "direction",
    "automatic",
    "interaction_id",
    "customer_id",
    "touchpoint_id",
)
"""Fields by how much they tell; others follow."""


def type_names(asked: list[str]) -> list[str]:
    """Full type names of what was asked for; `ReplySent` means all its versions.

    Raises:
        Fault: there is no such type.
    """
    found: list[str] = []
    for text in asked:
        matching = [e.type_name for e in EVENTS.values() if _means(text, e.type_name)]
        if not matching:
            known = ", ".join(sorted(cls.__name__ for cls in EVENTS))
            raise Fault(
                f"There is no event type {text}.",
                hint=f"There are: {known}.",
                code=Exit.USAGE,
            )
        found += matching
    return found


def _means(text: str, type_name: str) -> bool:
    prefix, _, _ = type_name.rpartition(".")
    return text in {type_name, prefix, prefix.removeprefix("touchline.")}


def document(
    stored: Stored, unsealer: Unsealer | None = None, *, replay: bool = False
) -> dict[str, Any]:
    """The JSON form; personal data stays sealed unless there is what opens it."""
    found = {
        "position": stored.position,
        "event_id": stored.event_id,
        "type": stored.type_name,
        "stream": stored.stream,
        "version": stored.version,
        "slice": stored.slice,
        "occurred_at": stored.occurred_at,
        "recorded_at": stored.recorded_at,
        "actor": stored.actor,
        "correlation": stored.correlation,
        "causation": stored.causation,
        "data": _data(stored, unsealer),
    }
    return {**found, "replay": True} if replay else found


def _data(stored: Stored, unsealer: Unsealer | None) -> dict[str, Any]:
    try:
        event = wire.decode(stored).event
    except codec.UndecodableError as error:
        return {"undecodable": str(error)}
    data = asdict(event)
    if "personal" in data:
        sealed = data["personal"]
        data["personal"] = _opened(sealed, stored, unsealer) if unsealer else "sealed"
    return data


def _opened(sealed: bytes, stored: Stored, unsealer: Unsealer) -> Any:
    try:
        record = unsealer.unseal(sealed, stored.event_id)
    except (UnreadableError, codec.UndecodableError) as error:
        return f"unreadable: {error}"
    return "redacted" if record is None else asdict(record)


def line(stored: Stored, unsealer: Unsealer | None = None) -> str:
    """One line for people: as much as fits, the most telling first; ids are short.

    Personal data, where there is what opens it, follows in as many columns as it takes.
    """
    data = _data(stored, unsealer)
    opened = data.pop("personal", "")
    name = stored.type_name.removeprefix("touchline.").partition(".")[0]
    at = stored.occurred_at.astimezone().strftime("%H:%M:%S")
    stream = _brief(stored.stream)
    head = f"{stored.position:>7} {at} {stream} {name:19} {stored.actor}"
    facts = _fitting(_facts(data, stored.actor), WIDTH - len(head))
    said = _said(opened) if unsealer else []
    return visible(" ".join([head, *facts, *said]))


def _said(opened: Any) -> Iterable[str]:
    return _facts(opened, "") if isinstance(opened, dict) else filter(None, [opened])


def _facts(data: dict[str, Any], actor: str) -> Iterator[str]:
    """Fields in the order of `TELLING`, but for what the actor says already."""
    said = (actor, actor.partition(":")[2])
    for name in sorted(data, key=_rank):
        if data[name] and data[name] not in said:
            short = name.removesuffix("_id")
            yield f"{name if short in data else short}={_brief(data[name])}"


def _rank(name: str) -> int:
    return TELLING.index(name) if name in TELLING else len(TELLING)


def _fitting(facts: Iterable[str], room: int) -> Iterator[str]:
    for fact in facts:
        if len(fact) < room:
            room -= len(fact) + 1
            yield fact


def _brief(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)[:8]
    text = " ".join(str(value).split())
    return text if len(text) <= 48 else f"{text[:47]}\u2026"  # noqa: PLR2004 - a width
