"""`touchline status`: how far each hop is behind, and what needs a person."""

import typer

from hub.cli.command import Json, command
from hub.cli.output import Exit, emit, note

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "status")
    def status(*, json: Json = False) -> None:
        """Show the lag of every hop in events and seconds, parked work, and disk.

        Exits with 3 if a read model has stopped or a hop is more than a minute late.
        """
        from hub.cli.lag import measure
        from hub.cli.opened import with_services
        from hub.cli.status_view import listings

        found = with_services(measure)
        emit(found.document(), *listings(found), json=json)
        for problem in found.problems():
            note(f"touchline: {problem}")
        if found.problems():
            raise typer.Exit(Exit.UNHEALTHY)
