"""`touchline reset`: forget everything on this machine."""

import sys
from typing import Annotated

import typer

from hub.cli.command import Json, command
from hub.cli.output import Exit, Fault, emit

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "reset")
    def reset(
        *,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        json: Json = False,
    ) -> None:
        """Delete the data directory: events, topics, logs, all of it.

        A database or broker that was given by TOUCHLINE_DATABASE or TOUCHLINE_KAFKA
        is left alone, and so are the master key and the files of that database.
        """
        from hub.cli import resetting
        from hub.runtime.settings import load_settings

        settings = load_settings()
        folder, keep = settings.data_dir, resetting.kept(settings.database)
        size = resetting.size_of(folder, keep)
        if size and not yes:
            _ask(f"Delete {folder} ({size / 1e6:.0f} MB) for good?")
        resetting.clear(folder, keep)
        said = f"{folder} is gone." if size else f"There was nothing in {folder}."
        if size and folder.exists():
            said = f"What {folder} had is gone, but for what the given database needs."
        emit({"data_dir": folder, "bytes": size}, said, json=json)


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise Fault(
            "Nobody can be asked here.",
            hint="Say it beforehand: touchline reset --yes",
            code=Exit.USAGE,
        )
    if not typer.confirm(question):
        raise Fault("Nothing was deleted.")
