"""`touchline interactions`: one piece of work, and answering it."""

import sys
from typing import Annotated

import typer

from hub.cli.command import Json, command, group
from hub.cli.output import Exit, Fault, emit

__all__ = ["app"]

app = group("Interactions: what they hold, and answering them.")

Which = Annotated[str, typer.Argument(help="Number, such as 1042 or #1042, or the id.")]


@command(app, "show")
def show(which: Which, *, json: Json = False) -> None:
    """Show an interaction and its conversation."""
    from dataclasses import asdict

    from hub.cli import calls, reading
    from hub.cli.opened import with_services

    found = with_services(lambda services: reading.interaction(services, which))
    latest = found.latest_call
    emit(
        asdict(found),
        reading.interaction_listing(found),
        *calls.listings(found.signals, latest.call if latest else None),
        reading.conversation_text(found),
        json=json,
    )


@command(app, "reply")
def reply(
    which: Which,
    text: Annotated[str, typer.Argument(help="The answer; - reads it from a pipe.")],
    *,
    agent: Annotated[str, typer.Option("--as", help="User name of who answers.")],
    request: Annotated[
        str, typer.Option(help="A UUID; the same one never sends twice.")
    ] = "",
    json: Json = False,
) -> None:
    """Answer the customer's last contact; takes what waits or is closed.

    A call is answered by text message, if a number of ours sends them.
    """
    from hub.cli import reading
    from hub.cli.opened import with_services

    words = sys.stdin.read() if text == "-" else text
    if not words.strip():
        raise Fault("There is no text to send.", code=Exit.USAGE)
    sent = with_services(
        lambda services: reading.reply(services, which, agent, words, request)
    )
    emit(sent, reading.reply_text(sent), json=json)
