"""Normalise identifiers, the same way everywhere.

Mail addresses: in small letters, IDN domains in their ASCII form (RFC 5891, UTS 46).
Phone numbers: E.164 by libphonenumber (ITU-T E.164), read in a default region when
written nationally; an extension is a part of the number (RFC 3966, `;ext=`), for it
tells apart who is behind a switchboard. Which of these forms are one and the same
identifier `events.sameness` says.
"""

import re
import unicodedata
from typing import Final

import idna
import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from events.sameness import CHANGED_FORMS
from events.touchpoint import Identifier

ANONYMOUS: Final = frozenset(
    {"", "anonymous", "unknown", "restricted", "private", "withheld", "unavailable"}
)

_PART_OF_NUMBER: Final = re.compile(r"[+(]?[0-9][0-9 ()./-]{2,}")


MOST: Final = 320
"""Characters of a mail address: 64 + @ + 255 (RFC 3696, errata 1690)."""

_SHORT: Final = re.compile(r"[0-9]{1,6}")
"""Short codes, and extensions of a telephone system: nobody's number."""

_NAMESPACE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def email(raw: str) -> Identifier | None:
    """An `email` identifier, or None if there is no address in it."""
    text = raw.strip().strip("<>")
    local, at, domain = text.rpartition("@")
    if not (at and local and domain.strip(".")) or len(text) > MOST:
        return None
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return None
    # Not case-folded: that would make one of `strauss` and `strau\u00df`.
    small = unicodedata.normalize("NFC", local).lower()
    return Identifier("email", f"{small}@{_ascii_domain(domain)}", raw)


def _ascii_domain(domain: str) -> str:
    lowered = domain.strip(".").lower()
    if lowered.isascii():
        return lowered
    try:
        return idna.encode(lowered, uts46=True, transitional=False).decode("ascii")
    except UnicodeError:
        # Names that are in use and not in the standard: pictograms, too long.
        return lowered


def external(namespace: str, raw: str) -> Identifier | None:
    """An `external` identifier, or None if it is empty or of no namespace.

    Args:
        namespace: whose ids these are (`crm`), in small letters.
        raw: the id there: capitals count.
    """
    id_ = raw.strip()
    known = _NAMESPACE.fullmatch(namespace) and id_.isprintable()
    if not known or not 0 < len(id_) <= MOST:
        return None
    return Identifier("external", f"{namespace}:{id_}", raw)


def stated(text: str, region: str) -> Identifier | None:
    """The identifier that somebody names, or None.

    `email:…`, `phone:…` and `external:NAMESPACE:…`, or an address or number alone.
    """
    kind, colon, rest = text.strip().partition(":")
    if colon and kind == "external":
        namespace, _, id_ = rest.partition(":")
        return external(namespace, id_)
    plain = rest if colon and kind in {"email", "phone"} else text.strip()
    return email(plain) if "@" in plain else phone(plain, region)


def phone(raw: str, region: str) -> Identifier | None:
    """A `phone` identifier, or None for withheld, short and impossible numbers.

    `region` is an ISO 3166-1 alpha-2 code for numbers without a country code.
    """
    plain = raw.strip()
    if plain.casefold() in ANONYMOUS or _SHORT.fullmatch(plain):
        return None
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None
    e164 = _e164(number)
    if e164 is None:
        return None
    extension = f";ext={number.extension}" if number.extension else ""
    return Identifier("phone", f"{e164}{extension}", raw)


def _e164(number: PhoneNumber) -> str | None:
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # A local number without its area code is somebody else's in each area.
    if (
        phonenumbers.is_possible_number_with_reason(number)
        == ValidationResult.IS_POSSIBLE
    ):
        return text
    return _today(text)


def _today(text: str) -> str | None:
    """A number in a form that nobody can call any more, in that of today."""
    for form in CHANGED_FORMS.values():
        if form.former.fullmatch(text):
            return form.former.sub(form.today, text)
    return None


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
        return (digits[2:],) if digits[2:] else ()
    whole = phone(raw, region)
    country = str(phonenumbers.country_code_for_region(region))
    found = [digits, country + digits.lstrip("0")]
    return tuple(dict.fromkeys([*found, *([whole.value[1:]] if whole else [])]))
