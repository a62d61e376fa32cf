"""The `touchline` command: its groups, and nothing that makes `--help` slow."""

from typing import Annotated

import typer

from hub.cli import (
    configuration,
    customers,
    demo_command,
    doctor,
    events_tail,
    interactions,
    keys,
    mail,
    migrate,
    parked,
    people,
    projections,
    queues,
    reset,
    roles,
    status,
    up,
)
from hub.cli.command import Root
from hub.cli.output import EXIT_CODES

__all__ = ["app"]

app = typer.Typer(
    name="touchline",
    cls=Root,
    help="Every customer contact, on any channel, in one history.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for add in (up, demo_command, migrate, doctor, status, reset):
    add.register(app)
app.add_typer(mail.app, name="email")
app.add_typer(customers.app, name="customers")
app.add_typer(interactions.app, name="interactions")
app.add_typer(queues.app, name="queues")
app.add_typer(events_tail.app, name="events")
app.add_typer(projections.app, name="projections")
app.add_typer(parked.app, name="parked")
app.add_typer(configuration.app, name="config")
app.add_typer(people.app, name="people")
app.add_typer(keys.app, name="keys")
roles.register(app)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if not asked:
        return
    from importlib.metadata import version

    print(f"touchline {version('touchline')}")
    raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Every customer contact, on any channel, in one history."""
