"""What a new password must be (NIST SP 800-63B-4, 3.1.1.2).

Length and strength decide; there are no rules about kinds of characters, and no
password grows old.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from zxcvbn import zxcvbn

from hub.application.errors import RefusedError
from hub.domain.refusing import Wording

LONGEST: Final = 1000
"""Characters; the standard asks for 64 or more."""

_GUESSABLE: Final = 3
"""Scores of zxcvbn go from 0 to 4; from 3 on it takes 10^8 guesses."""

_LOOKED_AT: Final = 72
"""Characters that zxcvbn takes: its time grows faster than the length."""


def normal(password: str) -> str:
    """The form that is hashed: the same on every keyboard (NFKC, Unicode UAX 15)."""
    return unicodedata.normalize("NFKC", password)


_SIMPLE: Final = Wording("It is too simple.")


def check_new(password: str, about: Iterable[str], shortest: int) -> None:
    """Refuse a password that is easily guessed.

    Args:
        password: as it was typed.
        about: what others know of its person, such as names.
        shortest: how many characters it needs.

    Raises:
        RefusedError: it is too short, too long, or easy to guess.
    """
    chosen = normal(password)
    if len(chosen) < shortest:
        raise RefusedError(
            "A password needs {shortest} characters or more. A few words are easy"
            " to remember.",
            shortest=shortest,
        )
    if len(chosen) > LONGEST:
        raise RefusedError(
            "A password has {longest} characters at most.", longest=LONGEST
        )
    known = ["touchline", *(one for one in about if one)]
    found = zxcvbn(chosen[:_LOOKED_AT], user_inputs=known)
    if found["score"] < _GUESSABLE:
        why = found["feedback"]["warning"] or _SIMPLE
        raise RefusedError(
            "This password is easy to guess. {warning} Take one that nobody else would"
            " take, such as four unrelated words.",
            warning=Wording(why),
        )
