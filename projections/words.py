"""Texts as words to find them by: in one case, without accents, cut at every sign.

The same cutting serves what is stored and what is looked for, so it may be crude: the
database compares words and knows no language.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

MOST_WORDS: Final = 2000
"""Different words of one text that are kept."""

LONGEST_WORD: Final = 60
"""Characters of a word that are kept."""

_ACCENTS: Final = "\u0300-\u036f"
_ALONE: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Kana and Han are written without spaces: each sign counts as a word."""

_WORD: Final = re.compile(rf"[{_ALONE}]|(?:[^\W_{_ALONE}]|[{_ACCENTS}])+")
_MARKS: Final = re.compile(f"[{_ACCENTS}]+")
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
    }
)
"""Letters that Unicode does not take apart into one of ours and an accent."""


def fold(word: str) -> str:
    """A word as it is compared: compatible forms, cases and accents made equal."""
    if word.isascii():
        return word.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFKC", plain).casefold().translate(_LETTERS)


def cut(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text begins and ends, and how it is compared."""
    for found in _WORD.finditer(text):
        # Folding may bring signs to light: one quarter is a 1, a stroke and a 4.
        for word in _WORD.findall(fold(found[0])):
            yield found.start(), found.end(), word[:LONGEST_WORD]


def words(*texts: str) -> list[str]:
    """The different words of texts, in order; the first `MOST_WORDS` of them."""
    found: dict[str, None] = {}
    for text in texts:
        for _, _, word in cut(text):
            found[word] = None
            if len(found) == MOST_WORDS:
                return list(found)
    return list(found)


def quoted(word: str) -> str:
    """A word as PostgreSQL's text search takes it, whatever signs are in it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def vector(found: Iterable[str]) -> str:
    """Words as a `tsvector` without places."""
    return " ".join(map(quoted, found))
