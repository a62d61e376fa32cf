"""Read the committed schemas; without a registry server the files are it."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent


@cache
def ids() -> dict[str, int]:
    """Registry ids by `subject/vN`, as committed in `ids.json`."""
    found: dict[str, int] = json.loads((ROOT / "ids.json").read_text("utf-8"))
    return found


def subjects() -> list[str]:
    """Every subject, in alphabetical order."""
    return sorted({key.split("/")[0] for key in ids()})


def versions(subject: str) -> list[int]:
    """The versions of one subject, oldest first; empty if it is unknown."""
    prefix = f"{subject}/v"
    return sorted(int(key[len(prefix) :]) for key in ids() if key.startswith(prefix))


@cache
def schema(subject: str, version: int) -> dict[str, Any]:
    """The Avro schema of one version as parsed JSON.

    Raises:
        FileNotFoundError: no such subject or version.
    """
    text = (ROOT / subject / f"v{version}.avsc").read_text("utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def schema_id(subject: str, version: int) -> int:
    """The registry id that precedes every message of this version (32 bits).

    Raises:
        KeyError: no such subject or version.
    """
    return ids()[f"{subject}/v{version}"]


@cache
def by_id() -> dict[int, tuple[str, int]]:
    """Subject and version by registry id: the inverse of `schema_id`."""
    return {
        number: (key.split("/")[0], int(key.split("/v")[1]))
        for key, number in ids().items()
    }
