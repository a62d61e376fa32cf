"""Addresses and numbers that somebody mentions in a text. Pure.

They decide nothing: a signature says who wrote as often as it says whom to ask. So
what is found and belongs to another customer is a suggestion of level `maybe`.
"""

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final

from phonenumbers import PhoneNumberMatcher

from events import identify
from events.touchpoint import Identifier
from hub.domain.recording import Rules

LONGEST: Final = 20_000
"""Characters of a text that are looked through."""

MOST: Final = 10
"""Addresses and numbers of one text that count: the first ones."""

MOST_TRIES: Final = 50
"""Candidates for a number in one text, before the rest is not looked at any more."""

_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_DIGITS: Final = re.compile(r"\d(?:[ ()./-]{0,3}\d){6}")
"""What a number has at least; most texts have none, and this says so quickly."""


def mentioned(text: str, region: str) -> Iterator[Identifier]:
    """The identifiers in a text; numbers without a country code are of `region`."""
    looked = text[:LONGEST]
    found: dict[str, Identifier] = {}
    for one in _all(looked, region):
        found.setdefault(str(one), one)
    return islice(found.values(), MOST)


def _all(text: str, region: str) -> Iterator[Identifier]:
    if "@" in text:
        for match in islice(_ADDRESS.finditer(text), MOST):
            address = identify.email(match.group().rstrip("."))
            if address is not None:
                yield address
    if _DIGITS.search(text):
        numbers = PhoneNumberMatcher(text, region, max_tries=MOST_TRIES)
        for heard in islice(numbers, MOST):
            number = identify.phone(heard.raw_string, region)
            if number is not None:
                yield number


def of_others(found: Collection[Identifier], rules: Rules) -> list[Identifier]:
    """Those that are not our own."""
    ours = {*rules.mail_addresses, *rules.text_numbers}
    ours.update(value for _, value in rules.routing.destinations)
    return [one for one in found if one.value not in ours]
