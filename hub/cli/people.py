"""`touchline people`: who may log in."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import Listing, emit, note

__all__ = ["app"]

app = group("People who may log in.")

Name = Annotated[str, typer.Argument(help="User name, such as anna.")]
Role = Annotated[
    list[str],
    typer.Option(help="agent, supervisor, ops, integrator, privacy or admin."),
]
DisplayName = Annotated[str, typer.Option("--display-name", help="Name for people.")]
Email = Annotated[str, typer.Option(help="Mail address.")]


@command(app, "add")
def add(
    name: Name,
    *,
    role: Role,
    display_name: DisplayName = "",
    email: Email = "",
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
    """Create a person, or change name, roles and password; ends their sessions."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    who = staffing.Newcomer(name, display_name, email, tuple(role))
    secret = staffing.password_from(password, who)
    saved = with_services(lambda services: staffing.save(services, who, secret))
    emit(
        asdict(saved),
        f"{name} is saved, but disabled. Let them in: touchline people enable {name}"
        if saved.disabled
        else f"{saved.display_name} can log in as {name}.",
        json=json,
    )


@command(app, "invite")
def invite(
    name: Name,
    *,
    role: Role,
    display_name: DisplayName = "",
    email: Email = "",
    json: Json = False,
) -> None:
    """Create a person and print a link by which they choose a password, once."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    who = staffing.Newcomer(name, display_name, email, tuple(role))
    made = with_services(lambda services: staffing.invite(services, who))
    emit(made, made["url"], json=json)
    note("Hand it over: it works once, and is not shown again.")


@command(app, "reset")
def reset(name: Name, *, json: Json = False) -> None:
    """Print a link by which somebody chooses another password, once."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    made = with_services(lambda services: staffing.new_link(services, name))
    emit(made, made["url"], json=json)
    note("Hand it over: it works once, and is not shown again.")


@command(app, "list")
def list_people(*, json: Json = False) -> None:
    """List people, their roles, and whether they may log in."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    found = with_services(staffing.people)
    rows = [
        (
            one.name,
            one.display_name,
            one.email,
            ", ".join(sorted(one.roles)),
            one.password,
            one.disabled,
        )
        for one in found
    ]
    columns = ("user name", "name", "mail", "roles", "password", "disabled")
    empty = "Nobody yet. Add somebody: touchline people add NAME --role agent"
    emit(
        {"people": [asdict(one) for one in found]},
        Listing("People", columns, rows, empty=empty),
        json=json,
    )


@command(app, "roles")
def roles(name: Name, *, role: Role, json: Json = False) -> None:
    """Give somebody these roles and no others."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    with_services(lambda services: staffing.roles(services, name, tuple(role)))
    granted = sorted(set(role))
    emit(
        {"name": name, "roles": granted}, f"{name} is {', '.join(granted)}.", json=json
    )


@command(app, "disable")
def disable(name: Name, *, json: Json = False) -> None:
    """Close an account: its sessions end, and nobody logs in with it."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    with_services(lambda services: staffing.disable(services, name))
    emit({"name": name, "disabled": True}, f"{name} cannot log in now.", json=json)


@command(app, "enable")
def enable(name: Name, *, json: Json = False) -> None:
    """Open a closed account again, with the password and roles that it has."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    with_services(lambda services: staffing.enable(services, name))
    emit({"name": name, "disabled": False}, f"{name} can log in again.", json=json)


@command(app, "unlock")
def unlock(name: Name, *, json: Json = False) -> None:
    """Let somebody try again who failed to log in too often."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    with_services(lambda services: staffing.unlock(services, name))
    emit({"name": name, "locked": False}, f"{name} can try again.", json=json)


@command(app, "log-out")
def log_out(name: Name, *, json: Json = False) -> None:
    """End all sessions of somebody."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    ended = with_services(lambda services: staffing.log_out(services, name))
    emit({"name": name, "ended": ended}, f"Sessions ended: {ended}.", json=json)


@command(app, "history")
def history(name: Name, *, json: Json = False) -> None:
    """Show what was changed about somebody, by whom and when."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    found = with_services(lambda services: staffing.history(services, name))
    rows = [
        (
            one.version,
            one.at,
            one.actor,
            one.kind.removeprefix("Person"),
            one.person.display_name,
            ", ".join(one.person.roles),
            one.undoable,
        )
        for one in found
    ]
    columns = ("change", "when", "who", "what", "name", "roles", "can be undone")
    emit(
        {"history": [asdict(one) for one in found]},
        Listing(f"History of {name}", columns, rows),
        json=json,
    )


@command(app, "undo")
def undo(
    name: Name,
    change: Annotated[int, typer.Argument(help="Number from people history.")],
    *,
    json: Json = False,
) -> None:
    """Make one change undone, unless the same was changed again since."""
    from hub.cli import staffing
    from hub.cli.opened import with_services

    with_services(lambda services: staffing.undo(services, name, change))
    emit({"name": name, "undone": change}, f"Change {change} is undone.", json=json)
