"""`touchline doctor`: what is wrong here, and what to do about it."""

import typer

from hub.cli.command import Json, command
from hub.cli.output import Exit, Listing, emit

__all__ = ["register"]

COLOURS = {"fail": "red", "warn": "yellow", "off": "dim"}


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "doctor")
    def doctor(*, json: Json = False) -> None:
        """Look at every part of the installation and say what to do.

        Works with nothing running, too. Exits with 3 if anything failed.
        """
        from hub.cli.checks import examine

        findings = examine()
        healthy = all(one.state != "fail" for one in findings)
        rows = [(one.state, one.name, one.found, one.todo) for one in findings]
        marks = {
            index: COLOURS[one.state]
            for index, one in enumerate(findings)
            if one.state in COLOURS
        }
        columns = ("state", "what", "found", "what to do")
        emit(
            {"healthy": healthy, "checks": [one.document() for one in findings]},
            Listing("touchline doctor", columns, rows, marks=marks),
            json=json,
        )
        if not healthy:
            raise typer.Exit(Exit.UNHEALTHY)
