"""`touchline keys`: which programs may use the API; and the master key."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.cli import master
from hub.cli.command import Json, command, group
from hub.cli.output import Listing, emit, note

__all__ = ["app"]

app = group("API keys of programs, and the master key of personal data.")
app.add_typer(master.app, name="master")

Name = Annotated[str, typer.Argument(help="The program's name, such as crm.")]


@command(app, "issue")
def issue(
    name: Name,
    *,
    role: Annotated[
        list[str], typer.Option(help="What it may do; integrator reads everything.")
    ],
    json: Json = False,
) -> None:
    """Create a key and print it, this once; older keys of the name go on working."""
    from hub.cli import issuing
    from hub.cli.opened import with_services

    key = with_services(lambda services: issuing.issue_key(services, name, tuple(role)))
    emit({"name": name, "roles": sorted(set(role)), "key": key}, key, json=json)
    note("Keep it: it is not shown again. Send it as `Authorization: Bearer KEY`.")


@command(app, "list")
def list_keys(*, json: Json = False) -> None:
    """List all keys there ever were, without the keys themselves."""
    from hub.cli import issuing
    from hub.cli.opened import with_services

    found = with_services(issuing.keys)
    rows = [
        (one.name, ", ".join(sorted(one.roles)), one.created_at, one.revoked_at)
        for one in found
    ]
    columns = ("name", "roles", "issued", "revoked")
    empty = "No keys yet. Make one: touchline keys issue NAME --role integrator"
    emit(
        {"keys": [asdict(one) for one in found]},
        Listing("API keys", columns, rows, empty=empty),
        json=json,
    )


@command(app, "revoke")
def revoke(name: Name, *, json: Json = False) -> None:
    """End all keys of a program; the next request with one is refused."""
    from hub.cli import issuing
    from hub.cli.opened import with_services

    revoked = with_services(lambda services: issuing.revoke_keys(services, name))
    emit(
        {"name": name, "revoked": revoked},
        f"{name} is out: {revoked} key{'s' * (revoked > 1)} revoked.",
        json=json,
    )
