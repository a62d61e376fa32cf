"""`touchline parked`: work that could not be done, and what to do with it."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Parked work: what could not be done and waits for a person.")

Which = Annotated[str, typer.Argument(help="An id from `touchline parked list`.")]


@command(app, "list")
def list_parked(
    *,
    limit: Annotated[int, typer.Option(help="How many to show.")] = 100,
    json: Json = False,
) -> None:
    """List parked messages and events, the oldest first."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    found = with_services(lambda services: parking.listed(services, limit))
    document = {"parked": [one.document() for one in found]}
    emit(document, parking.listing(found), json=json)


@command(app, "show")
def show(
    which: Which,
    *,
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the raw bytes and nothing else.")
    ] = False,
    json: Json = False,
) -> None:
    """Show one parked message or event with its reason and what arrived."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    found = with_services(lambda services: parking.shown(services, which))
    if raw:
        parking.write_raw(found)
        return
    emit(found, parking.detail_listing(found), json=json)


@command(app, "retry")
def retry(which: Which, *, json: Json = False) -> None:
    """Try a parked message or event again; later events of its stream follow."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    answer = with_services(lambda services: parking.retried(services, which))
    emit(answer, f"{which}: {answer['result']}.", json=json)


@command(app, "discard")
def discard(
    which: Which,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept for ever, for rebuilds too.")],
    by: Annotated[str, typer.Option("--as", help="User name of who decides.")] = "cli",
    json: Json = False,
) -> None:
    """Give a parked message or event up for good, with a reason."""
    from hub.cli import parking
    from hub.cli.opened import with_services

    answer = with_services(
        lambda services: parking.discarded(services, which, reason, by)
    )
    emit(answer, f"{which}: {answer['result']}.", json=json)
