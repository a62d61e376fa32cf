"""What a change made of an item, field by field. Pure."""

import json
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """A field of a document before and after, as text; empty where it was missing."""

    field: str
    before: str
    after: str


def differences(before: str | None, after: str | None) -> tuple[Difference, ...]:
    """The fields in which two documents differ; None is no document at all."""
    old, new = _fields(before), _fields(after)
    names = dict.fromkeys([*new, *old])
    found = (Difference(n, _text(old.get(n)), _text(new.get(n))) for n in names)
    return tuple(one for one in found if one.before != one.after)


def _fields(document: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document) if document else {}
    return found


def _text(value: Any) -> str:
    match value:
        case None | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
