"""Canned answers: texts with fields that are filled in for an interaction."""

import re
from collections.abc import Mapping
from typing import Final

FIELDS: Final = (
    "customer.name",
    "interaction.number",
    "interaction.subject",
    "agent.name",
    "queue.title",
)
_FIELD: Final = re.compile(r"\{([a-z]+\.[a-z]+)\}")


def unknown_fields(text: str) -> list[str]:
    """What stands in braces as a field does, and is none."""
    return sorted({f"{{{one}}}" for one in _FIELD.findall(text)} - set(_braced()))


def _braced() -> list[str]:
    return [f"{{{one}}}" for one in FIELDS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in; one whose value is missing stays to be seen.

    What a value says in braces is not looked at.
    """
    return _FIELD.sub(lambda found: values.get(found[1]) or found[0], text)
