"""Lets `python -m hub` stand in for the `touchline` command."""

from hub.cli.main import app

if __name__ == "__main__":
    app()
