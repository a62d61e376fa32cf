"""Normalise identifiers, the same way everywhere.

Mail addresses: case folded, IDN domains to their ASCII form (RFC 5891). Phone numbers:
E.164 by libphonenumber (ITU-T E.164), read in a default region when written nationally.
"""

import re
from typing import Final

import phonenumbers

from events.touchpoint import Identifier

ANONYMOUS: Final = frozenset(
    {"", "anonymous", "unknown", "restricted", "private", "withheld", "unavailable"}
)

_PART_OF_NUMBER: Final = re.compile(r"[+(]?[0-9][0-9 ()./-]{2,}")


def email(raw: str) -> Identifier | None:
    """An `email` identifier, or None if there is no address in it."""
    local, at, domain = raw.strip().strip("<>").rpartition("@")
    if not (at and local and domain):
        return None
    return Identifier("email", f"{local.casefold()}@{_ascii_domain(domain)}", raw)


def _ascii_domain(domain: str) -> str:
    lowered = domain.strip(".").casefold()
    try:
        return lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered


def phone(raw: str, region: str) -> Identifier | None:
    """A `phone` identifier, or None for withheld or impossible numbers.

    `region` is an ISO 3166-1 alpha-2 code for numbers without a country code.
    """
    if raw.strip().casefold() in ANONYMOUS:
        return None
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Identifier("phone", e164, raw)


def phone_beginnings(raw: str, region: str) -> tuple[str, ...]:
    """How E.164 numbers may begin, without the plus, that somebody starts to type.

    Empty for what is no part of a number. A part has no length to tell by how it is
    meant: it is read as international and, in `region`, as national.
    """
    if not _PART_OF_NUMBER.fullmatch(raw.strip()):
        return ()
    digits = "".join(sign for sign in raw if sign.isdigit())
    if raw.strip().startswith("+"):
        return (digits,)
    if digits.startswith("00"):
        return (digits[2:],)
    whole = phone(raw, region)
    country = str(phonenumbers.country_code_for_region(region))
    found = [digits, country + digits.lstrip("0")]
    return tuple(dict.fromkeys([*found, *([whole.value[1:]] if whole else [])]))
