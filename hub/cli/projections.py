"""`touchline projections`: the read models, and rebuilding them from the events."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import Exit, emit

__all__ = ["app"]

app = group("Read models: how current they are, and rebuilding them.")


@command(app, "status")
def status(*, json: Json = False) -> None:
    """Show every read model: how far it is, what is parked, whether it stopped.

    Exits with 3 if one has stopped.
    """
    from hub.cli import read_models
    from hub.cli.opened import with_services

    found = with_services(read_models.standing)
    document = {"projections": [one.document() for one in found]}
    emit(document, read_models.listing(found), json=json)
    if any(one.stopped for one in found):
        raise typer.Exit(Exit.UNHEALTHY)


@command(app, "rebuild")
def rebuild(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names, such as queue_board.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All read models.")] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="How many slices at once.")
    ] = 2,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the rebuilt tables to look at.")
    ] = False,
    json: Json = False,
) -> None:
    """Rebuild read models beside the live ones and prove that they are equal.

    Reads all events from the store; nothing else happens because of it. A rebuild
    that was interrupted goes on where it was. Exits with 3 if anything differs.
    """
    from hub.cli import read_models
    from hub.cli.opened import with_services

    chosen = read_models.chosen(names or [], everything=everything)
    plan = read_models.Plan(chosen, workers, keep)
    done = with_services(lambda services: read_models.rebuild(services, plan))
    texts = done.text(), read_models.MEANING
    emit(done.document(), read_models.proof_listing(done), *texts, json=json)
    if not done.equal:
        raise typer.Exit(Exit.UNHEALTHY)
