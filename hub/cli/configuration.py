"""`touchline config`: what is set up while the hub runs, and its history."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Queues, groups, canned answers and dispositions; every edit is kept.")

Kind = Annotated[str, typer.Argument(help="queue, group, answer or disposition.")]
Name = Annotated[str, typer.Argument(help="Short name, such as billing.")]
AnyKind = Annotated[str, typer.Argument(help="One kind; all of them without.")]
AnyName = Annotated[str, typer.Argument(help="One item; all of them without.")]


@command(app, "show")
def show(kind: AnyKind = "", name: AnyName = "", *, json: Json = False) -> None:
    """Show what is in force."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    found = with_services(lambda services: configured.items(services, kind, name))
    emit({"items": found}, configured.items_listing(found), json=json)


@command(app, "history")
def history(kind: AnyKind = "", name: AnyName = "", *, json: Json = False) -> None:
    """Show who changed what and when, the latest first."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    found = with_services(lambda services: configured.changes(services, kind, name))
    document = {"changes": [configured.entry_document(one) for one in found]}
    emit(document, configured.changes_listing(found), json=json)


@command(app, "set")
def set_item(
    kind: Kind,
    name: Name,
    document: Annotated[
        str, typer.Argument(help="The whole item as JSON; - reads it from a pipe.")
    ],
    *,
    json: Json = False,
) -> None:
    """Make an item this, whatever it was; what is left out gets its usual value."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    text = sys.stdin.read() if document == "-" else document
    given = configured.parsed(text)
    with_services(lambda services: configured.set_item(services, kind, name, given))
    emit({"kind": kind, "name": name}, f"{kind} {name} is set.", json=json)


@command(app, "remove")
def remove(
    kind: Kind,
    name: Name,
    *,
    successor: Annotated[
        str, typer.Option(help="The queue that gets a queue's work and addresses.")
    ] = "",
    json: Json = False,
) -> None:
    """Take an item away; the history can bring it back."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    with_services(lambda services: configured.remove(services, kind, name, successor))
    emit({"kind": kind, "name": name}, f"{kind} {name} is removed.", json=json)


@command(app, "undo")
def undo(
    change: Annotated[
        str, typer.Argument(help="Id of a change; its beginning will do.")
    ],
    *,
    json: Json = False,
) -> None:
    """Take a change back, as long as nothing of it was changed again."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    undone = with_services(lambda services: configured.undo(services, change))
    emit({"change": undone}, f"Change {undone} is undone.", json=json)


@command(app, "export")
def export(*, json: Json = True) -> None:
    """Print all items as JSON, for `touchline config import`."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    emit(with_services(configured.exported), json=json)


@command(app, "import")
def import_file(
    file: Annotated[Path, typer.Argument(help="What export printed; - is a pipe.")],
    *,
    json: Json = False,
) -> None:
    """Set all items of a file in one change; items that it does not name stay."""
    from hub.cli import configured
    from hub.cli.opened import with_services

    given = configured.parsed(configured.text_of(file))
    count = with_services(lambda services: configured.imported(services, given))
    emit({"items": count}, f"{count} items are as the file has them.", json=json)
