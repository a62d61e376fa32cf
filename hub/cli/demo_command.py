"""`touchline demo`: a hub with a made-up shop in it."""

import typer

from hub.cli.command import command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "demo")
    def demo() -> None:
        """Run a hub with made-up people, a day of traffic and more to come.

        The first start loads agents, queues and a day of conversations on all four
        channels; then something new arrives every few seconds through the real
        connectors. Outgoing mail and texts stay on this machine. Ctrl-C or SIGTERM
        stops everything; the next start goes on with the same data, and
        `touchline reset` forgets it.
        """
        from hub.cli.demo.play import run

        run()
