"""Where the lines of supervised processes go: one stream, or a file for each."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_MAX_BYTES = 10 * 1024 * 1024


class Output(Protocol):
    """Takes the lines of several processes."""

    def line(self, name: str, text: bytes) -> None:
        """Take one line, without its end, of the process called `name`."""
        ...

    def close(self) -> None:
        """Let go of what was opened; called once, when every process has ended."""
        ...


class PrefixedOutput:
    """All lines on one stream, each after the name of its process."""

    def __init__(
        self, stream: TextIO, names: Sequence[str], *, colour: bool | None = None
    ) -> None:
        """Take a stream; `colour` None decides by whether it is a terminal."""
        self._stream = stream
        width = max(map(len, names), default=0)
        coloured = stream.isatty() if colour is None else colour
        self._prefixes = {
            name: _prefix(name.ljust(width), number if coloured else None)
            for number, name in enumerate(names)
        }

    def line(self, name: str, text: bytes) -> None:
        """Write the line after its prefix; bytes that are not UTF-8 are shown."""
        readable = text.decode("utf-8", errors="backslashreplace")
        self._stream.write(f"{self._prefixes[name]}{readable}\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream open: it was lent."""


class FileOutput:
    """A file `<name>.log` per process; at 10 MiB it becomes `<name>.log.1`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}

    def line(self, name: str, text: bytes) -> None:
        """Append the line to the file of its process."""
        file = self._files.get(name) or self._open(name)
        file.write(text + b"\n")
        file.flush()
        if file.tell() > _MAX_BYTES:
            file.close()
            del self._files[name]
            self._path(name).replace(self._path(name).with_suffix(".log.1"))

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _open(self, name: str) -> BinaryIO:
        file = self._files[name] = self._path(name).open("ab")
        return file

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def _prefix(name: str, number: int | None) -> str:
    if number is None:
        return f"{name} | "
    return f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{name} |\x1b[0m "
