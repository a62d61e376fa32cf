"""What somebody types to find something, understood."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from events import identify
from events.touchpoint import Identifier
from projections.words import quoted, words

Key = tuple[str, bytes]
"""Kind and digest of an identifier."""

MOST_WORDS: Final = 10
LONGEST: Final = 200
"""Characters that are looked at."""

_LONGEST_NUMBER: Final = 18
"""Digits; more do not fit the column."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words of which each is the beginning of one, and what else it may mean.

    `number` is that of an interaction. `exact` is an identifier, normalised. `phones`
    are how telephone numbers may begin, in digits. `key` is what all forms of the
    identifier are indexed under, where whoever asks can tell.
    """

    words: tuple[str, ...]
    number: int | None = None
    exact: str = ""
    phones: tuple[str, ...] = ()
    key: Key | None = None


def understood(
    text: str, region: str, key_of: Callable[[Identifier], Key] | None = None
) -> Wanted:
    """What a text asks for; numbers without a country code are read in `region`.

    `key_of` tells under what an identifier is indexed.
    """
    plain = text[:LONGEST].strip()
    known = identify.stated(plain, region)
    return Wanted(
        words=tuple(words(plain)[:MOST_WORDS]),
        number=_number(plain.removeprefix("#")),
        exact=known.value if known else "",
        phones=identify.phone_beginnings(plain, region),
        key=key_of(known) if known and key_of else None,
    )


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if fits else None


def all_of(beginnings: Iterable[str]) -> sa.ColumnElement[Any]:
    """The text query for words that begin so."""
    return _query(" & ".join(map(_beginning, beginnings)))


def of_customer(wanted: Wanted) -> sa.ColumnElement[Any]:
    """The text query for customers: by their words, or by how their number begins."""
    ways = [" & ".join(map(_beginning, wanted.words)), *map(_beginning, wanted.phones)]
    return _query(" | ".join(f"({way})" for way in ways))


def _beginning(word: str) -> str:
    return f"{quoted(word)}:*"


def _query(text: str) -> sa.ColumnElement[Any]:
    return sa.cast(sa.literal(text), pg.TSQUERY)
