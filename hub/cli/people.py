"""`touchline people`: who may log in."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import Listing, emit

__all__ = ["app"]

app = group("People who may log in.")

Name = Annotated[str, typer.Argument(help="User name, such as anna.")]


@command(app, "add")
def add(
    name: Name,
    *,
    role: Annotated[
        list[str],
        typer.Option(help="agent, supervisor, ops, integrator, privacy or admin."),
    ],
    display_name: Annotated[
        str, typer.Option("--display-name", help="Name for people.")
    ] = "",
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            confirmation_prompt=True,
            hide_input=True,
            help="Asked for if missing; - reads it from a pipe.",
        ),
    ],
    json: Json = False,
) -> None:
    """Create a person, or replace name, roles and password; ends their sessions."""
    from hub.cli import accounts
    from hub.cli.opened import with_services

    person = accounts.Person(name, display_name or name, tuple(role))
    secret = accounts.password_from(password)
    saved = with_services(lambda services: accounts.save(services, person, secret))
    emit(
        asdict(saved),
        f"{name} is saved, but disabled. Let them in: touchline people enable {name}"
        if saved.disabled
        else f"{saved.display_name} can log in as {name}.",
        json=json,
    )


@command(app, "list")
def list_people(*, json: Json = False) -> None:
    """List people, their roles, and whether they may log in."""
    from hub.cli import accounts
    from hub.cli.opened import with_services

    found = with_services(accounts.people)
    rows = [
        (one.name, one.display_name, ", ".join(sorted(one.roles)), one.disabled)
        for one in found
    ]
    columns = ("user name", "name", "roles", "disabled")
    empty = "Nobody yet. Add somebody: touchline people add NAME --role agent"
    emit(
        {"people": [asdict(one) for one in found]},
        Listing("People", columns, rows, empty=empty),
        json=json,
    )


@command(app, "disable")
def disable(name: Name, *, json: Json = False) -> None:
    """Close an account: its sessions end, and nobody logs in with it."""
    from hub.cli import accounts
    from hub.cli.opened import with_services

    with_services(lambda services: accounts.disable(services, name))
    emit({"name": name, "disabled": True}, f"{name} cannot log in now.", json=json)


@command(app, "enable")
def enable(name: Name, *, json: Json = False) -> None:
    """Open a closed account again, with the password and roles that it has."""
    from hub.cli import accounts
    from hub.cli.opened import with_services

    with_services(lambda services: accounts.enable(services, name))
    emit({"name": name, "disabled": False}, f"{name} can log in again.", json=json)
