"""Hands mail from files to the connector that would have received it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.email.importing import count, inputs
from connectors.sdk.accept import accept
from connectors.sdk.connector import Connector
from events.touchpoint import TouchpointRejected
from hub.bootstrap.connecting import build, open_resources
from hub.cli.output import Exit, Fault, progress
from hub.cli.running import reach

__all__ = ["Imported", "import_files"]


@dataclass(slots=True)
class Imported:
    """What became of the mails; `rejected` and `unreadable` are names with reasons."""

    accepted: int = 0
    rejected: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "accepted": self.accepted,
            "rejected": [{"mail": n, "reason": r} for n, r in self.rejected],
            "unreadable": [{"file": n, "reason": r} for n, r in self.unreadable],
        }


def import_files(files: Sequence[Path]) -> Imported:
    """Import mail from files and folders.

    Raises:
        Fault: one of them does not exist.
    """
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        raise Fault(f"There is no {', '.join(missing)}.", code=Exit.NOT_FOUND)
    return asyncio.run(_import(files))


async def _import(files: Sequence[Path]) -> Imported:
    settings, done = reach(), Imported()
    counts = [count(path) for path in files]
    total = None if None in counts else sum(number or 0 for number in counts)
    async with open_resources(settings) as shared:
        connector = build("email", settings, shared)
        with progress("Importing", total) as advance:
            for path in files:
                await _one(connector, path, done, advance)
    return done


async def _one(
    connector: Connector[Any], path: Path, done: Imported, advance: Any
) -> None:
    try:
        for name, raw in inputs(path):
            item = await accept(connector, raw)
            if isinstance(item, TouchpointRejected):
                done.rejected.append((name, item.reason))
            else:
                done.accepted += 1
            advance(1)
    except OSError as error:
        done.unreadable.append((str(error.filename or path), str(error.strerror)))
