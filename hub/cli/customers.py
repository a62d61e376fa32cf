"""`touchline customers`: who somebody is, their whole history, and who is the same."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Customers, their history, and who is the same person.")

WHO = "Id, mail address, telephone number, or the beginning of a name."
IDENTIFIER = "Mail address, telephone number, or external:crm:4711."


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


@command(app, "suggestions")
def suggestions(
    *,
    limit: Annotated[int, typer.Option(help="How many to show.")] = 20,
    json: Json = False,
) -> None:
    """List customers who may be one person, and why."""
    from dataclasses import asdict

    from hub.cli import identifying
    from hub.cli.opened import with_services

    found = with_services(lambda services: identifying.suggested(services, limit))
    document = [asdict(one) for one in found]
    emit(document, identifying.suggestions_listing(found), json=json)


@command(app, "decline")
def decline(
    suggestion: Annotated[str, typer.Argument(help="Id of the suggestion.")],
    *,
    json: Json = False,
) -> None:
    """Say that two are not the same; only a new reason suggests them again."""
    from hub.cli import identifying
    from hub.cli.opened import with_services

    done = with_services(lambda services: identifying.decline(services, suggestion))
    emit(done, "They are not the same.", json=json)


@command(app, "share")
def share(
    identifier: Annotated[str, typer.Argument(help=IDENTIFIER)], *, json: Json = False
) -> None:
    """Say that several people use it: what comes from it identifies nobody."""
    from hub.cli import identifying
    from hub.cli.opened import with_services

    done = with_services(lambda services: identifying.share(services, identifier))
    emit(done, f"Several people use {done['identifier']}.", json=json)


@command(app, "unshare")
def unshare(
    identifier: Annotated[str, typer.Argument(help=IDENTIFIER)], *, json: Json = False
) -> None:
    """Say that it is the one customer's alone who claimed it."""
    from hub.cli import identifying
    from hub.cli.opened import with_services

    done = with_services(
        lambda services: identifying.share(services, identifier, shared=False)
    )
    emit(done, f"{done['identifier']} is one customer's.", json=json)
