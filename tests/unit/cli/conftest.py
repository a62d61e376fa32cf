"""A command line without settings and without a hub, with its own data folder."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli.main import app


class CommandLine:
    """Runs commands in this process."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __call__(self, *arguments: str, said: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=said)


@pytest.fixture
def touchline(
    no_settings: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> CommandLine:
    """The command, with a data directory that does not exist yet."""
    data_dir = tmp_path / "data"
    monkeypatch.setenv("TOUCHLINE_DATA_DIR", str(data_dir))
    return CommandLine(data_dir)
