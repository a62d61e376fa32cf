"""`touchline parked`: work that could not be done, and what to do with it."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Parked work: what could not be done and waits for a person.")

Which = Annotated[
    str,
    typer.Argument(help="An id from `touchline parked list`, or the beginning of one."),
]
By = Annotated[str, typer.Option("--as", help="User name of who decides.")]


@command(app, "list")
def list_parked(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="What was retried or discarded, too.")
    ] = False,
    json: Json = False,
) -> None:
    """List parked messages and events, the oldest first."""
    from dataclasses import asdict

    from hub.cli import parking
    from hub.cli.opened import with_services

    found = with_services(
        lambda services: parking.listed(services, everything=everything)
    )
    document = {"parked": [asdict(one) for one in found]}
    emit(document, parking.listing(found), json=json)


@command(app, "show")
def show(
    which: Which,
    *,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Write nothing but what arrived, byte for byte."),
    ] = False,
    json: Json = False,
) -> None:
    """Show one parked item with its reason and what arrived."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    found = with_services(lambda services: parking.shown(services, which))
    if raw:
        parking.write_raw(found)
        return
    emit(
        parking.content_document(found),
        parking.content_listing(found),
        parking.content_text(found),
        json=json,
    )


@command(app, "retry")
def retry(which: Which, *, by: By = "cli", json: Json = False) -> None:
    """Try a parked item again, and with it all that waits behind it."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    said = with_services(lambda services: parking.retry(services, which, by))
    emit({"id": which, "result": said}, said, json=json)


@command(app, "discard")
def discard(
    which: Which,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept for ever, for rebuilds too.")],
    by: By = "cli",
    json: Json = False,
) -> None:
    """Give a parked item up for good, with a reason."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    with_services(lambda services: parking.discard(services, which, by, reason))
    emit({"id": which, "result": "discarded"}, f"{which} is discarded.", json=json)
