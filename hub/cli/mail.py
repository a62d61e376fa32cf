"""`touchline email`: mail from files."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import Exit, Listing, emit

__all__ = ["app"]

app = group("Mail from files.")


@command(app, "import")
def import_mail(
    files: Annotated[
        list[Path], typer.Argument(help=".eml, mbox or Maildir; folders of any depth.")
    ],
    *,
    json: Json = False,
) -> None:
    """Take in mail from .eml files, mbox files and Maildir folders.

    The same mail has the same id however often it is imported: the hub keeps it once.
    What is no readable mail is put aside with its bytes and a reason. Exits with 1 if
    a file could not be read at all.
    """
    from hub.cli.mail_import import import_files

    done = import_files(files)
    columns = ("mail", "put aside because")
    emit(
        done.document(),
        Listing("Put aside", columns, done.rejected, empty="Nothing was put aside."),
        f"{done.accepted} mails handed over, {len(done.rejected)} put aside, "
        f"{len(done.unreadable)} files not read.",
        *(f"  {name}: {why}" for name, why in done.unreadable),
        json=json,
    )
    if done.unreadable:
        raise typer.Exit(Exit.FAILED)
