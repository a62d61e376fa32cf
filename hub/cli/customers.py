"""`touchline customers`: who somebody is, their whole history, and who is the same."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Customers, their history, and who is the same person.")

WHO = "Id, mail address, telephone number, or the beginning of a name."


@command(app, "show")
def show(
    who: Annotated[str, typer.Argument(help=WHO)],
    *,
    limit: Annotated[int, typer.Option(help="How many contacts to show.")] = 20,
    json: Json = False,
) -> None:
    """Show a customer's card and newest contacts over all channels."""
    from hub.cli import merging, reading
    from hub.cli.opened import with_services

    card, contacts, made = with_services(
        lambda services: reading.customer(services, who, limit)
    )
    emit(
        reading.customer_document(card, contacts, made),
        reading.card_listing(card),
        *([merging.history_listing(made)] if made else []),
        reading.history_listing(contacts),
        json=json,
    )


@command(app, "merge")
def merge(
    part: Annotated[str, typer.Argument(help=f"Who becomes a part. {WHO}")],
    into: Annotated[str, typer.Argument(help=f"Whose part. {WHO}")],
    *,
    why: Annotated[str, typer.Option(help="Why they are one person.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show both sides and the result.")
    ] = False,
    json: Json = False,
) -> None:
    """Say that two customers are one person; nothing is moved, and it can be undone."""
    from dataclasses import asdict

    from hub.cli import merging
    from hub.cli.opened import with_services

    if dry_run:
        found = with_services(lambda services: merging.planned(services, part, into))
        emit(asdict(found), merging.preview_listing(found), json=json)
        return
    done = with_services(lambda services: merging.merge(services, part, into, why))
    said = f"{done['part']} is a part of {done['whole']}."
    emit(done, said if done["after"] else f"{said} It was before.", json=json)


@command(app, "unmerge")
def unmerge(
    part: Annotated[str, typer.Argument(help=f"The part. {WHO}")],
    *,
    why: Annotated[str, typer.Option(help="Why they are two.")] = "",
    json: Json = False,
) -> None:
    """Make a part a customer of its own again; what came since stays where it came."""
    from hub.cli import merging
    from hub.cli.opened import with_services

    done = with_services(lambda services: merging.unmerge(services, part, why))
    emit(done, f"{done['part']} is a customer of its own.", json=json)
