"""Mail from files: `.eml`, mbox (RFC 4155) and Maildir, in folders of any depth."""

import mailbox
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from connectors.sdk.connector import RawInput

_FROM_LINE: Final = re.compile(rb"From \S.*?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) .*)\r?\n")
_MAILDIR: Final = ("cur", "new")


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every mail at or below a path, with a name for people.

    Folders are read in alphabetical order, hidden files are left out. A mail of an
    mbox is named `file#number`, from 1.

    Raises:
        OSError: something cannot be read.
    """
    for name, raw in inputs(path):
        yield name, raw.data


def inputs(path: Path) -> Iterator[tuple[str, RawInput]]:
    """The same as raw input, ready for `connectors.sdk.accept.accept`.

    The time of receipt is the file's own (for mbox the one in its `From ` line): so
    importing the same file again yields the same touchpoints and rejections.

    Raises:
        OSError: something cannot be read.
    """
    for file in _files(path):
        if _is_mbox(file):
            yield from _mbox(file)
        else:
            yield str(file), _raw(file.read_bytes(), _modified(file))


def count(path: Path) -> int | None:
    """How many mails `messages` will yield, for a progress bar; None if unreadable."""
    try:
        return sum(_count_in(file) for file in _files(path))
    except OSError:
        return None


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    entries = sorted(path.iterdir())
    is_maildir = all((path / name).is_dir() for name in _MAILDIR)
    for entry in entries:
        # Maildir++ keeps its subfolders in hidden folders, and drafts of mails in tmp.
        if is_maildir and entry.name == "tmp":
            continue
        if entry.is_dir() and not entry.is_symlink():
            if not entry.name.startswith(".") or (entry / "cur").is_dir():
                yield from _files(entry)
        elif entry.is_file() and not entry.name.startswith("."):
            yield entry


def _is_mbox(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(5) == b"From "


def _mbox(file: Path) -> Iterator[tuple[str, RawInput]]:
    fallback = _modified(file)
    box = mailbox.mbox(file, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            whole = box.get_bytes(key, from_=True)
            line, _, data = whole.partition(b"\n")
            yield f"{file}#{number}", _raw(data, _written(line + b"\n") or fallback)
    finally:
        box.close()


def _count_in(file: Path) -> int:
    if not _is_mbox(file):
        return 1
    box = mailbox.mbox(file, create=False)
    try:
        return len(box)
    finally:
        box.close()


def _written(from_line: bytes) -> datetime | None:
    """The time in an mbox's separator: asctime, in UTC by RFC 4155."""
    found = _FROM_LINE.match(from_line)
    if not found:
        return None
    text = " ".join(found[1].decode("ascii", "replace").split()[:5])
    try:
        return datetime.strptime(f"{text} +0000", "%a %b %d %H:%M:%S %Y %z")
    except ValueError:
        return None


def _modified(file: Path) -> datetime:
    return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)


def _raw(data: bytes, received_at: datetime) -> RawInput:
    context = {"received_at": received_at.isoformat(), "source": "import"}
    return RawInput(data, context)
