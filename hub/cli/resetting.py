"""Deletes a data directory, unless it is in use or none of ours."""

import shutil
from pathlib import Path
from typing import Final

from hub.cli import running
from hub.cli.output import Exit, Fault

__all__ = ["clear", "size_of"]

OURS: Final = frozenset(
    {
        "blobs",
        "demo.json",
        "demo.toml",
        "kafka",
        "logs",
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


def size_of(folder: Path) -> int:
    """How much is in a folder (bytes)."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.lstat().st_size for path in files)


def clear(folder: Path) -> None:
    """Delete what is ours in a folder, and the folder if nothing else is left.

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
        shutil.rmtree(folder)
