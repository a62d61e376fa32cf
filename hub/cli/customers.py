"""`touchline customers`: who somebody is, and their whole history."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Customers and their history.")


@command(app, "show")
def show(
    who: Annotated[
        str,
        typer.Argument(
            help="Id, mail address, telephone number, or the beginning of a name."
        ),
    ],
    *,
    limit: Annotated[int, typer.Option(help="How many contacts to show.")] = 20,
    json: Json = False,
) -> None:
    """Show a customer's card and newest contacts over all channels."""
    from hub.cli import reading
    from hub.cli.opened import with_services

    card, contacts = with_services(
        lambda services: reading.customer(services, who, limit)
    )
    emit(
        reading.customer_document(card, contacts),
        reading.card_listing(card),
        reading.history_listing(contacts),
        json=json,
    )
