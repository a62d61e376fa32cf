"""`touchline events`: look at the event store, and send parts of it on."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.command import Json, command, group

__all__ = ["app"]

app = group("Events in the store: watch them, replay them.")

Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Event type, such as ReplySent; may be repeated."),
]
Personal = Annotated[bool, typer.Option("--personal", help="Show personal data, too.")]


@command(app, "tail")
def tail(
    *,
    last: Annotated[int, typer.Option("--last", "-n", help="How many to show.")] = 20,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new ones until Ctrl-C.")
    ] = False,
    kinds: Types = None,
    personal: Personal = False,
    json: Json = False,
) -> None:
    """Show the newest events: what fits on a line, or with --json everything."""
    from hub.cli import tailing
    from hub.cli.opened import with_services

    view = tailing.View(tailing.type_names(kinds or []), personal=personal, json=json)
    with_services(lambda services: tailing.tail(services, view, last, follow=follow))


@command(app, "replay")
def replay(  # noqa: PLR0913 - one option per way to choose and to send
    *,
    start: Annotated[
        str, typer.Option("--from", help="First position, or a time in ISO 8601.")
    ] = "",
    end: Annotated[
        str, typer.Option("--to", help="Last position, or a time in ISO 8601.")
    ] = "",
    customer: Annotated[
        str, typer.Option(help="Only of this customer: id, address, number or name.")
    ] = "",
    kinds: Types = None,
    to_topic: Annotated[
        str, typer.Option(help="Send to this Kafka topic; never one of touchline's.")
    ] = "",
    ndjson: Annotated[
        Path | None, typer.Option(help="Write one JSON object a line to this file.")
    ] = None,
    personal: Personal = False,
    json: Json = False,
) -> None:
    """Read events from the store again, marked as a replay.

    Nothing happens because of it: no read model, workflow or customer gets them.
    They go to the terminal, to a file, or to a topic of your own.
    """
    from hub.cli import replaying
    from hub.cli.opened import with_services

    wanted = replaying.Wanted.of(start, end, customer, kinds or [])
    target = replaying.target_of(to_topic, ndjson, personal=personal, json=json)
    count = with_services(lambda services: replaying.replay(services, wanted, target))
    replaying.say(count, target, json=json)
