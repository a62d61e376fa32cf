"""Show where in a text the words are that it was found by.

Not PostgreSQL's `ts_headline`: that one knows nothing of how our words are folded, and
texts of a page are few.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from projections.words import cut

LENGTH: Final = 180
"""Characters of a snippet."""

_BEFORE: Final = 30
"""How many of them come before the first hit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `hit`: it was looked for."""

    text: str
    hit: bool = False


Marked = tuple[Piece, ...]


def marked(text: str, beginnings: Sequence[str]) -> Marked:
    """The whole text in pieces."""
    return tuple(_pieces(text, beginnings))


def snippet(text: str, beginnings: Sequence[str]) -> Marked:
    """The part of a text around its first hit, in one line; else how it begins."""
    line = " ".join(text.split())
    first = next((begin for begin, _ in _hits(line, beginnings)), 0)
    start = _word_start(line, first - _BEFORE)
    end = start + LENGTH
    shown = line[start:end].rstrip()
    return (
        *([Piece("… ")] if start else ()),
        *_pieces(shown, beginnings),
        *([Piece(" …")] if len(line) > end else ()),
    )


def _word_start(line: str, near: int) -> int:
    if near <= 0:
        return 0
    return line.find(" ", near) + 1


def _pieces(text: str, beginnings: Sequence[str]) -> Iterator[Piece]:
    done = 0
    for begin, end in _hits(text, beginnings):
        if begin > done:
            yield Piece(text[done:begin])
        yield Piece(text[begin:end], hit=True)
        done = end
    if done < len(text):
        yield Piece(text[done:])


def _hits(text: str, beginnings: Sequence[str]) -> Iterator[tuple[int, int]]:
    wanted, last = tuple(beginnings), 0
    for begin, end, word in cut(text):
        # One written word can fold into several.
        if begin >= last and word.startswith(wanted):
            yield begin, end
            last = end
