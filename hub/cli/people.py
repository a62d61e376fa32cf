"""`touchline people`: who may log in."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import Listing, emit

__all__ = ["app"]

app = group("People who may log in.")


@command(app, "add")
def add(
    name: Annotated[str, typer.Argument(help="User name, such as anna.")],
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
    """Create a person, or replace name, roles and password of one."""
    from hub.cli import accounts
    from hub.cli.opened import with_services

    person = accounts.Person(name, display_name or name, tuple(role))
    secret = accounts.password_from(password)
    with_services(lambda services: accounts.save(services, person, secret))
    emit(
        {"name": name, "display_name": person.display_name, "roles": sorted(role)},
        f"{person.display_name} can log in as {name}.",
        json=json,
    )


@command(app, "list")
def list_people(*, json: Json = False) -> None:
    """List the people who may log in."""
    from hub.cli import accounts
    from hub.cli.opened import with_services

    found = with_services(accounts.known)
    rows = list(found.items())
    empty = "Nobody yet. Add somebody: touchline people add NAME --role agent"
    emit(
        {"people": [{"name": n, "display_name": d} for n, d in rows]},
        Listing("People", ("user name", "name"), rows, empty=empty),
        json=json,
    )
