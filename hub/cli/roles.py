"""One process per role: what `up` starts, and what larger installations run."""

from typing import Annotated

import typer

from hub.cli.command import command, group

__all__ = ["register"]

PANEL = "Processes"
ROLES = {
    "intake": "Take touchpoints from Kafka into the event store.",
    "relay": "Send stored events on to Kafka, in order.",
    "streams": "Keep the read models up to date.",
    "search": "Keep up to date what can be searched.",
    "workflows": "Run workflows on new events.",
    "timer": "Bring back what was set aside until a date.",
    "web": "Serve the agents' desktop and the API.",
}

connector = group("Run connectors.")


def register(app: typer.Typer) -> None:
    """Add a command per role."""
    for role, help_text in ROLES.items():
        _add(app, role, help_text)
    app.add_typer(connector, name="connector", rich_help_panel=PANEL)


def _add(app: typer.Typer, role: str, help_text: str) -> None:
    @command(app, role, help_text, panel=PANEL)
    def _run() -> None:
        from hub.cli.serving import serve

        serve(role)


@command(connector, "run")
def run(
    names: Annotated[
        list[str], typer.Argument(help="Names of connectors, such as email sms.")
    ],
) -> None:
    """Run one or more connectors in this process until SIGTERM or Ctrl-C."""
    from hub.cli.serving import serve

    serve("connectors", tuple(names))
