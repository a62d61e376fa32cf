"""`touchline queues`: how full they are, and what waits in them."""

from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import emit

__all__ = ["app"]

app = group("Queues and the work in them.")


@command(app, "show")
def show(
    name: Annotated[str, typer.Argument(help="One queue; all of them without.")] = "",
    *,
    limit: Annotated[int, typer.Option(help="How much of a queue's work.")] = 50,
    json: Json = False,
) -> None:
    """Show how full the queues are, or the open work of one."""
    from dataclasses import asdict

    from hub.cli import reading
    from hub.cli.opened import with_services

    if name:
        work = with_services(lambda services: reading.queue(services, name, limit))
        rows = [asdict(row) for row in work]
        emit({"queue": name, "work": rows}, reading.work_listing(name, work), json=json)
        return
    lines = with_services(reading.queues)
    document = {"queues": [asdict(line) for line in lines]}
    emit(document, reading.queues_listing(lines), json=json)
