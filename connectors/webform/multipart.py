"""multipart/form-data (RFC 7578) from bytes. Pure: nothing is written to disk."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from connectors.sdk.connector import File

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["MultipartError", "Part", "read_multipart"]

MAX_PARTS: Final = 250
MAX_FILENAME: Final = 255
MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class MultipartError(ValueError):
    """Not multipart/form-data; the reason names no content."""


@dataclass(slots=True)
class Part:
    """One part; `filename` is None for a field and may be empty for a file."""

    name: str = ""
    filename: str | None = None
    headers: dict[str, bytes] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        """The value of a field."""
        return self.data.decode("utf-8", "replace")

    def as_file(self) -> File:
        """The file, under a name without folders, control and direction characters."""
        stated = self.headers.get("content-type", b"").decode("latin-1")
        kind = stated.partition(";")[0].strip().lower()
        known = kind if MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
        return File(_base_name(self.filename or ""), known, bytes(self.data))


def _base_name(filename: str) -> str:
    name = re.split(r"[/\\]", UNSAFE.sub("", filename))[-1].strip(". ")
    return name[-MAX_FILENAME:] or "unnamed"


def read_multipart(data: bytes, content_type: str) -> list[Part]:
    """All parts, in order.

    Raises:
        MultipartError: no boundary, malformed, too many parts, or cut off.
    """
    _, options = parse_options_header(content_type.encode("latin-1", "replace"))
    reader = _Reader()
    try:
        parser = MultipartParser(options.get(b"boundary", b""), reader.callbacks())
        parser.write(data)
        parser.finalize()
    except FormParserError:
        raise MultipartError("boundary or part headers are wrong") from None
    if not reader.ended:
        raise MultipartError("the closing boundary is missing")
    return reader.parts


class _Reader:
    """Collects parts from the parser's callbacks."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._name = bytearray()
        self._value = bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) == MAX_PARTS:
            raise MultipartError(f"more than {MAX_PARTS} parts")
        self.parts.append(Part())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        name = self._name.decode("latin-1").lower()
        self.parts[-1].headers[name] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        part = self.parts[-1]
        _, options = parse_options_header(part.headers.get("content-disposition"))
        if b"name" not in options:
            raise MultipartError("a part has no name")
        part.name = options[b"name"].decode("utf-8", "replace")
        if b"filename" in options:
            part.filename = options[b"filename"].decode("utf-8", "replace")

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += data[start:end]

    def _end(self) -> None:
        self.ended = True
