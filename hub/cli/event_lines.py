"""An event as JSON and as a line for people."""

from dataclasses import asdict
from typing import Any, Final

from events import codec, wire
from events.catalog import EVENTS
from events.envelope import Stored
from events.sealing import PlainSealer, UnreadableError
from hub.cli.output import Exit, Fault

__all__ = ["document", "line", "type_names"]

_SEALER: Final = PlainSealer()


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


def document(stored: Stored, *, personal: bool, replay: bool = False) -> dict[str, Any]:
    """The JSON form; personal data is left out unless asked for."""
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
        "data": _data(stored, personal=personal),
    }
    return {**found, "replay": True} if replay else found


def _data(stored: Stored, *, personal: bool) -> dict[str, Any]:
    try:
        event = wire.decode(stored).event
    except codec.UndecodableError as error:
        return {"undecodable": str(error)}
    data = asdict(event)
    if "personal" in data:
        data["personal"] = _opened(data["personal"], stored) if personal else "sealed"
    return data


def _opened(sealed: bytes, stored: Stored) -> Any:
    try:
        record = _SEALER.unseal(sealed, stored.event_id)
    except (UnreadableError, codec.UndecodableError) as error:
        return f"unreadable: {error}"
    return "redacted" if record is None else asdict(record)


def line(stored: Stored, *, personal: bool) -> str:
    """One line for people."""
    data = _data(stored, personal=personal)
    facts = " ".join(f"{k}={_brief(v)}" for k, v in data.items() if v not in ("", None))
    name = stored.type_name.removeprefix("touchline.")
    at = stored.occurred_at.astimezone().strftime("%H:%M:%S")
    return f"{stored.position:>8} {at} {name:24} {stored.actor:20} {facts}"


def _brief(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 48 else f"{text[:47]}\u2026"  # noqa: PLR2004 - a width
