"""`touchline migrate`: tables and topics of this release."""

import typer

from hub.cli.command import Json, command
from hub.cli.output import emit

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "migrate")
    def migrate(*, json: Json = False) -> None:
        """Bring the database and the topics up to this release.

        Run it once before new processes start; `up` does it by itself. Without a
        TOUCHLINE_DATABASE the embedded one is started for as long as this takes.
        """
        from hub.cli.migrating import run

        document = run()
        emit(
            document,
            f"Database: {document['database']}",
            f"Topics:   {document['topics']}",
            json=json,
        )
