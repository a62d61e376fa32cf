"""Cleaned HTML, read as text."""

import re
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

from connectors.email import quoting
from connectors.email.html import QUOTE_CLASSES

_BLOCKS: Final = frozenset(
    (
        *("blockquote", "center", "dd", "div", "dl", "dt", "figcaption", "figure"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
        *("table", "tr", "ul"),
    )
)
_SPACE = re.compile(r"\s+")


def as_text(safe: str) -> str:
    """Plain text of cleaned HTML; what was quoted gets `> ` before each line."""
    reader = _Reader()
    reader.feed(safe)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects lines; reads only what `cleaned` returns, hence well-formed HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes: list[str] = []
        self._verbatim = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if tag == "br":
            self._break_line()
        elif tag == "li":
            self._line.append("- ")
        elif tag == "pre":
            self._verbatim += 1
        self._open_quote(tag, dict(attrs).get("class") or "")

    def _open_quote(self, tag: str, classes: str) -> None:
        # Inside a quote every nested element of that name must be counted too.
        starts = tag == "blockquote" or not QUOTE_CLASSES.isdisjoint(classes.split())
        if starts or tag in self._quotes:
            self._quotes.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if tag == "p":
            self._break_line()
        if tag == "pre":
            self._verbatim -= 1
        if tag in self._quotes:
            while self._quotes.pop() != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        if not self._verbatim:
            self._line.append(_SPACE.sub(" ", data))
            return
        *whole, rest = data.split("\n")
        for line in whole:
            self._line.append(line)
            self._break_line()
        self._line.append(rest)

    def _break_line(self) -> None:
        if not self._end_line() and self._last().strip("> "):
            self._lines.append("> " if self._quotes else "")

    def _end_line(self) -> bool:
        joined = "".join(self._line)
        self._line.clear()
        line = joined.rstrip() if self._verbatim else joined.strip()
        if line and self._quotes and not self._last().startswith(">"):
            self._keep_forward(line)
        if line:
            self._lines.append(f"> {line}" if self._quotes else line)
        return bool(line)

    def _last(self) -> str:
        return self._lines[-1] if self._lines else ""

    def _keep_forward(self, line: str) -> None:
        # Some programs mark a forwarded mail like a quoted one; it is no quote.
        if quoting.is_forward(line):
            self._quotes.clear()

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip()
