"""How many text messages a text is: 3GPP TS 23.038 (alphabets) and 23.040 (parts).

A message of one part holds 160 septets of the default alphabet or 70 UTF-16 units; a
part of several holds 153 or 67, since each carries where it belongs. Characters of the
extension table take two septets, and what takes two units is never torn apart.
"""

from typing import Final, NamedTuple

from hub.domain.interaction import RuleError

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet (TS 23.038, 6.2.1), without the escape itself."""

EXTENDED: Final = "\f^{}\\[~]|€"
"""Its extension table (6.2.1.1): an escape, then the character."""

_SIZES: Final = {"gsm": (160, 153), "ucs2": (70, 67)}
_BEYOND_BMP: Final = 0x10000


class Segments(NamedTuple):
    """`parts` messages in `alphabet` (`gsm` or `ucs2`); `left` fits into the last."""

    alphabet: str
    parts: int
    left: int


def segments(text: str) -> Segments:
    """What a text takes; nothing written is one empty part."""
    plain = all(c in BASIC or c in EXTENDED for c in text)
    alphabet = "gsm" if plain else "ucs2"
    single, several = _SIZES[alphabet]
    units = [_units(c, alphabet) for c in text]
    if sum(units) <= single:
        return Segments(alphabet, 1, single - sum(units))
    parts, filled = 1, 0
    for size in units:
        if filled + size > several:
            parts, filled = parts + 1, 0
        filled += size
    return Segments(alphabet, parts, several - filled)


def _units(character: str, alphabet: str) -> int:
    if alphabet == "gsm":
        return 2 if character in EXTENDED else 1
    return 2 if ord(character) >= _BEYOND_BMP else 1


def check_length(channel: str, text: str, limit: int) -> None:
    """Refuse a text message that is longer than the provider takes.

    Raises:
        RuleError: says how long it is, and how long it may be.
    """
    if channel == "sms" and len(text) > limit:
        raise RuleError(
            "A text message has {limit:,} characters at most, and this has"
            " {length:,} ({parts} parts). Shorten it, or write a mail.",
            limit=limit,
            length=len(text),
            parts=segments(text).parts,
        )
