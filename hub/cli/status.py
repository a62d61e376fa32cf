"""`touchline status`: how far each hop is behind, and what needs a person."""

from typing import Annotated, Literal

import typer

from hub.cli.command import Json, command
from hub.cli.output import Exit, emit, note

__all__ = ["register"]

Role = Annotated[
    Literal["intake", "relay", "streams", "search", "workflows", "timer", "connector"]
    | None,
    typer.Option(help="Only what this role moves on, for a probe of its process."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "status")
    def status(*, role: Role = None, json: Json = False) -> None:
        """Show the lag of every hop in events and seconds, parked work, and disk.

        Exits with 3 if a read model has stopped, a hop was never there, or the oldest
        event, touchpoint or message before one waits for more than a minute.
        """
        from hub.application.status import of_role, problems
        from hub.cli import status_view
        from hub.cli.opened import with_services

        found = with_services(lambda services: services.status())
        found = of_role(found, role) if role else found
        wrong = problems(found)
        document = status_view.document(found, wrong)
        emit(document, *status_view.listings(found), json=json)
        for problem in wrong:
            note(f"touchline: {problem}")
        if wrong:
            raise typer.Exit(Exit.UNHEALTHY)
