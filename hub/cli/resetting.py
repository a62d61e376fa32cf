"""Deletes a data directory, unless it is in use or none of ours.

What a database elsewhere needs stays: the master key opens it, and files lie beside it.
"""

import shutil
from pathlib import Path
from typing import Final

from hub.cli import running
from hub.cli.output import Exit, Fault

__all__ = ["clear", "kept", "size_of"]

_OF_THE_DATABASE: Final = frozenset({"blobs", "master.key"})

OURS: Final = frozenset(
    {
        "blobs",
        "demo.json",
        "demo.toml",
        "kafka",
        "logs",
        "master.key",
        "postgres",
        "search",
        "sent-mail",
        "sent-texts.ndjson",
        "streams",
        "tansu",
        "up.json",
        "up.json.new",
        "up.lock",
        "workflows",
    }
)
"""What we put there; a folder with anything else is looked at by a person first."""


def kept(database: str | None) -> frozenset[str]:
    """What stays while a database that was given has events that need it."""
    return _OF_THE_DATABASE if database else frozenset()


def size_of(folder: Path, keep: frozenset[str] = frozenset()) -> int:
    """How much would be deleted in a folder (bytes)."""
    files = (path for path in folder.rglob("*") if path.is_file())
    gone = (one for one in files if one.relative_to(folder).parts[0] not in keep)
    return sum(path.lstat().st_size for path in gone)


def clear(folder: Path, keep: frozenset[str] = frozenset()) -> None:
    """Delete what is ours in a folder, and the folder if nothing is to be kept.

    Raises:
        Fault: a hub runs on it, or it holds what we did not put there.
    """
    if not folder.is_dir():
        return
    with running.alone(folder):
        strange = sorted({path.name for path in folder.iterdir()} - OURS)
        if strange:
            raise Fault(
                f"{folder} holds what touchline did not put there: "
                f"{', '.join(strange[:5])}.",
                hint="Delete it by hand, or correct TOUCHLINE_DATA_DIR.",
                code=Exit.USAGE,
            )
        for path in folder.iterdir():
            if path.name not in keep:
                _delete(path)
    if not any(folder.iterdir()):
        folder.rmdir()


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
