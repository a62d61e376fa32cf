"""`touchline up`: a whole hub on this machine."""

import typer

from hub.cli.command import command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(app, "up")
    def up() -> None:
        """Run a whole hub on this machine until Ctrl-C or SIGTERM.

        Starts PostgreSQL and a broker unless TOUCHLINE_DATABASE and TOUCHLINE_KAFKA
        name others, brings tables and topics up to date, and keeps one process per
        role and the connectors running. Logs are in the data directory, in `logs`.
        """
        from hub.cli import stack
        from hub.runtime.logging import configure_logging
        from hub.runtime.settings import load_settings

        settings = load_settings()
        configure_logging("WARNING", json=False)
        stack.run(settings, then=stack.say_where)
